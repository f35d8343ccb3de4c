package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.Locale;

/**
 * A network trained from nothing, to be pruned later.
 *
 * @param accuracy on the test part
 */
@SuppressWarnings("ArrayRecordComponent")
public record FirstTraining(byte[] onnx, Sha256 digest, double accuracy, double lastLoss) {

    public static FirstTraining of(
            Graph untrained,
            Dataset data,
            InputContract contract,
            Recipe recipe,
            Trainer trainer,
            int threads,
            Progress progress,
            Turns turns) {
        requireFits(untrained, data);
        Samples samples = data.limitTraining(recipe.maxTrainSamples().orElse(Integer.MAX_VALUE), recipe.seed())
                .train();
        progress.begins("train", samples.size() + " samples, " + recipe.epochs() + " epochs");
        TrainingRequest request = TrainingRequest.of(
                        untrained,
                        samples,
                        contract,
                        FineTuning.settings(recipe, samples.shape()).fromScratch())
                .watchedBy(at -> progress.at(
                        "train",
                        at.imagesDone(),
                        at.imagesTotal(),
                        at.secondsLeft(),
                        String.format(Locale.ROOT, "epoch %d of %d, loss %.3f", at.epoch(), at.epochs(), at.loss())))
                .takingTurns(turns);
        TrainingResult trained = trainer.train(request);
        progress.begins("evaluate", "reading the test samples");
        try (Turns.Turn turn = turns.take();
                OnnxClassifier classifier = OnnxClassifier.load(trained.onnx(), threads)) {
            double accuracy =
                    Evaluator.evaluate(classifier, data.test(), contract).accuracy();
            return new FirstTraining(trained.onnx(), Sha256.of(trained.onnx()), accuracy, trained.lastLoss());
        }
    }

    private static void requireFits(Graph network, Dataset data) {
        ValueInfo input = network.onlyInput();
        ModelInput expected = ModelInput.of(
                input.name(),
                input.shape().dims().stream().map(Integer::longValue).toList());
        long outputs = Shapes.infer(network).of(network.outputs().get(0).name()).elements();
        data.requireFits(expected.shape(), Math.toIntExact(outputs));
    }
}
