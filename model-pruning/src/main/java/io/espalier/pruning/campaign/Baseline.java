package io.espalier.pruning.campaign;

import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.sparsity.Masks;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The unpruned model after the same training as its variants had: what pruning must be compared with.
 *
 * @param accuracyBefore of the model as it came, on the test part
 * @param accuracyAfter the same after training; equal where it could not be trained, as its variants could not
 * @param selectionScoreAfter of the same on the samples to choose by
 * @param untrainedBecause names the operator that cannot be trained through
 */
public record Baseline(
        double accuracyBefore, double accuracyAfter, double selectionScoreAfter, Optional<String> untrainedBecause) {

    public static Baseline measure(Task task, Supplier<Trainer> trainer, int threads, Progress progress, Turns turns) {
        try (OnnxClassifier dense = OnnxClassifier.load(task.base().onnx(), threads)) {
            task.data().requireFits(dense.input().shape(), dense.outputs());
            Optional<String> obstacle = trainer.get().obstacle(task.base().graph(), Purpose.CLASSIFICATION);
            if (obstacle.isPresent()) {
                double accuracy = accuracy(task, dense, task.data().test());
                return new Baseline(accuracy, accuracy, accuracy(task, dense, task.validation()), obstacle);
            }
            TrainingResult trained = new FineTuning(trainer.get(), task, dense, threads, progress, turns)
                    .train(task.base().graph(), task.fitting(), task.validation(), Masks.NONE)
                    .result();
            progress.begins("evaluate", "reading the test samples");
            try (Turns.Turn turn = turns.take();
                    OnnxClassifier tuned = OnnxClassifier.load(trained.onnx(), threads)) {
                double choosing = accuracy(task, tuned, task.validation());
                return new Baseline(
                        accuracy(task, dense, task.data().test()),
                        accuracy(task, tuned, task.data().test()),
                        choosing,
                        Optional.empty());
            }
        }
    }

    private static double accuracy(Task task, OnnxClassifier classifier, Samples samples) {
        return Evaluator.evaluate(classifier, samples, task.contract()).accuracy();
    }
}
