package io.espalier.benchmarks.training;

import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Purpose;
import java.util.Optional;

/**
 * A data set, divided as a campaign with this seed divides it. The unpruned network has to be trained on the same part as what
 * is made of it: on what it has learned by heart, no choice can be judged.
 *
 * @param fitting the data with those training samples only that may be trained on; its test part is whole
 * @param validation the other training samples, to choose by
 */
record Split(Dataset fitting, Samples validation) {
    static Split of(Subject subject, Workplace place, Dataset data, long seed) {
        BaseModel any = BaseModel.of(OnnxWriter.write(subject.graph(place.setting(), seed)));
        Task task = new Task(
                Purpose.CLASSIFICATION,
                any,
                data,
                subject.contract(),
                Recipe.of(1, seed),
                Target.NONE,
                Optional.empty());
        return new Split(new Dataset(data.digest(), data.classNames(), task.fitting(), data.test()), task.validation());
    }
}
