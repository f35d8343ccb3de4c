package io.espalier.pruning.campaign;

import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.sparsity.Masks;
import io.espalier.pruning.training.Augmentation;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingListener;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.TrainingSettings;
import io.espalier.pruning.training.Turns;
import java.util.Locale;

/** Trains a network further by a task's recipe; the same way for the pruned and for the dense one. */
final class FineTuning {
    /** Most that a teacher may have to say; with a good teacher this is where it helped most. */
    private static final double LARGEST_SHARE = 0.5;

    private static final double TEMPERATURE = 3;
    /** A teacher this accurate is trusted fully, one that is right half of the time not at all. */
    private static final double TRUSTED_ACCURACY = 0.9;

    private static final double DISTRUSTED_ACCURACY = 0.5;
    private static final int EPOCHS_TO_OVERFIT = 20;

    private final Trainer trainer;
    private final Task task;
    private final OnnxClassifier teacher;
    private final int threads;
    private final Progress progress;
    private final Turns turns;

    FineTuning(Trainer trainer, Task task, OnnxClassifier teacher, int threads, Progress progress, Turns turns) {
        this.trainer = trainer;
        this.task = task;
        this.teacher = teacher;
        this.threads = threads;
        this.progress = progress;
        this.turns = turns;
    }

    record Trained(TrainingResult result, double teacherShare) {}

    /**
     * Trains what the task is for.
     *
     * @param masks weights to hold at zero
     */
    Trained train(Graph graph, Samples fitting, Samples validation, Masks masks) {
        return switch (task.purpose()) {
            case CLASSIFICATION -> toClassify(graph, fitting, validation, masks);
            case REGRESSION -> toMatch(graph, fitting, masks);
        };
    }

    /** Towards the labels, and what the unpruned model says as far as it is to be trusted. */
    private Trained toClassify(Graph graph, Samples fitting, Samples validation, Masks masks) {
        double share = task.recipe().distill() ? teacherShare(validation) : 0;
        TrainingSettings settings = settings(task.recipe(), fitting.shape()).withDistillation(share, TEMPERATURE);
        // What a teacher adds goes by temperature squared, so it looks high beside a loss without one.
        String loss = share > 0 ? "training loss (with teacher)" : "training loss";
        TrainingRequest request = request(graph, fitting, settings, masks, loss);
        return new Trained(trainer.train(share > 0 ? request.taughtBy(teacher) : request), share);
    }

    /**
     * Towards all outputs of the unpruned model, without labels. And without normalisations: dividing by what each batch
     * happens to hold takes away the sizes that are to be learned.
     */
    private Trained toMatch(Graph graph, Samples fitting, Masks masks) {
        try (OnnxModel unpruned = OnnxModel.load(task.base().onnx(), threads)) {
            TrainingSettings settings = settings(task.recipe(), fitting.shape()).withoutNormalisation();
            TrainingRequest request = request(graph, fitting, settings, masks, "training loss");
            return new Trained(trainer.train(request.matching(unpruned)), 1);
        }
    }

    /** @param loss what it is called, for a person */
    private TrainingRequest request(Graph graph, Samples fitting, TrainingSettings settings, Masks masks, String loss) {
        return TrainingRequest.of(graph, fitting, task.contract(), settings)
                .keepingZero(masks)
                .watchedBy(at -> report(at, loss))
                .takingTurns(turns);
    }

    /**
     * How a recipe trains images of this shape: colour photographs are mirrored, drawings are not. Shifting helps against
     * overfitting only, and small networks do not come to that within few epochs: it cost ResNet-8 six points after two.
     */
    static TrainingSettings settings(Recipe recipe, SampleShape shape) {
        return TrainingSettings.of(recipe.epochs(), recipe.seed())
                .withBatchSize(recipe.batchSize())
                .withLearningRate(recipe.learningRate())
                .withAugmentation(augmentation(shape.channels() == 3, recipe.epochs() >= EPOCHS_TO_OVERFIT));
    }

    private static Augmentation augmentation(boolean photographs, boolean canOverfit) {
        if (photographs) {
            return canOverfit ? Augmentation.MIRROR_AND_SHIFT : Augmentation.MIRROR;
        }
        return canOverfit ? Augmentation.SHIFT : Augmentation.NONE;
    }

    private double teacherShare(Samples validation) {
        double accuracy =
                Evaluator.evaluate(teacher, validation, task.contract()).accuracy();
        double trust = (accuracy - DISTRUSTED_ACCURACY) / (TRUSTED_ACCURACY - DISTRUSTED_ACCURACY);
        return LARGEST_SHARE * Math.max(0, Math.min(1, trust));
    }

    private void report(TrainingListener.Progress at, String loss) {
        progress.at(
                "fine-tune",
                at.imagesDone(),
                at.imagesTotal(),
                at.secondsLeft(),
                String.format(Locale.ROOT, "epoch %d of %d, %s %.3f", at.epoch(), at.epochs(), loss, at.loss()));
    }
}
