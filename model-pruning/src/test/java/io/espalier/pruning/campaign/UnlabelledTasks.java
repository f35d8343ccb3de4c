package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.data.UnlabelledSamples;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Purpose;
import java.util.List;
import java.util.Optional;

/** Tasks on toy images of 8 x 8, judged by the unpruned model: quick, since nothing has to be trained first. */
final class UnlabelledTasks {
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);

    private UnlabelledTasks() {}

    /** To fit into a share of the model's size. */
    static Task fitting(double shareOfSize, Graph graph, Recipe recipe) {
        BaseModel base = BaseModel.of(OnnxWriter.write(graph));
        Dataset data = new Dataset(
                "00",
                List.of(),
                UnlabelledSamples.of(ToyImages.samples(200, SHAPE, 1)),
                UnlabelledSamples.of(ToyImages.samples(40, SHAPE, 2)));
        return new Task(
                Purpose.REGRESSION,
                base,
                data,
                new InputContract(1 / 64.0, List.of(), List.of()),
                recipe,
                Target.NONE.withSizeBytes(Math.round(base.onnx().length * shareOfSize)),
                Optional.empty());
    }
}
