package io.espalier.pruning.campaign;

import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ActivationStatistics;
import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.reconstruction.Reconstructed;
import io.espalier.pruning.training.TrainingFailedException;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Cuts what one target asks for, then lets the network recover: its layers are fitted to the network before the cut, and
 * it is trained with the unpruned model as teacher. What cannot be trained, or is worse for it, stays as it was fitted.
 */
final class PruningRound {
    private static final int SCORING_SAMPLES = 512;
    /** Scores that differ by less do so by chance. */
    private static final double CLEARLY_WORSE = 0.01;

    private final Task task;
    private final Workshop workshop;
    private final OnnxClassifier teacher;
    private final Judge choosing;
    private final Samples fitting;

    PruningRound(Task task, Workshop workshop, OnnxClassifier teacher, Judge choosing, Samples fitting) {
        this.task = task;
        this.workshop = workshop;
        this.teacher = teacher;
        this.choosing = choosing;
        this.fitting = fitting;
    }

    /**
     * How it ended.
     *
     * @param contenders the chosen one first
     * @param score on the samples to choose by
     */
    record Result(List<Contender> contenders, Graph graph, double score, Recovery recovery) {
        Contender winner() {
            return contenders.get(0);
        }
    }

    Result run(Planner planner) {
        Optional<String> obstacle =
                workshop.trainer().get().obstacle(planner.network().folded(), task.purpose());
        workshop.progress().begins("select", "ranking channels and comparing the pruned networks");
        Contest.Outcome contest;
        try (Turns.Turn turn = workshop.turns().take()) {
            contest = contest(planner, obstacle).run(task.recipe().threshold());
        }
        return obstacle.isPresent()
                ? fittedOnly(contest.contenders(), contest.fitted(), obstacle.get())
                : trained(contest.contenders(), contest.fitted());
    }

    private Contest contest(Planner planner, Optional<String> obstacle) {
        Supplier<Map<String, Tensor>> gradients = Once.of(() -> gradients(planner.network()));
        return new Contest(
                new Forms(planner, choosing).all(),
                (form, among) -> new Criteria(
                                form.network(),
                                gradients,
                                () -> activations(form.network()),
                                () -> reconstruction(form.network()),
                                noGradients(obstacle),
                                task.recipe().seed())
                        .of(task.recipe().importance(), among),
                choosing,
                new LayerFitting(planner.network(), task, fitting, workshop.threads(), workshop.progress()));
    }

    /** A model that is compared with itself has no loss, so nothing of it has a gradient either. */
    private Optional<String> noGradients(Optional<String> obstacle) {
        return task.purpose().needsLabels()
                ? obstacle
                : Optional.of("there are no labels, and beside itself the unpruned model has nothing to learn");
    }

    private Map<String, ChannelStatistics> activations(PrunableNetwork network) {
        return ActivationStatistics.collect(
                network.folded(),
                ApozImportance.watched(network.dependencies()),
                fitting.draw(SCORING_SAMPLES, task.recipe().seed()),
                task.contract(),
                workshop.threads());
    }

    private ReconstructionImportance reconstruction(PrunableNetwork network) {
        return ReconstructionImportance.of(
                network.folded(),
                fitting.draw(SCORING_SAMPLES, task.recipe().seed()),
                task.contract(),
                workshop.threads());
    }

    private Map<String, Tensor> gradients(PrunableNetwork network) {
        return workshop.trainer()
                .get()
                .gradients(
                        network.folded(),
                        fitting.draw(SCORING_SAMPLES, task.recipe().seed()),
                        task.contract(),
                        task.recipe().batchSize());
    }

    private Result fittedOnly(List<Contender> contenders, Reconstructed fitted, String reason) {
        return new Result(
                contenders, fitted.graph(), contenders.get(0).score(), new Recovery.Fitted(reason, fitted.layers()));
    }

    /** Training is not to be trusted blindly: what it made clearly worse is left as it was. */
    private Result trained(List<Contender> contenders, Reconstructed fitted) {
        Contender winner = contenders.get(0);
        workshop.progress().begins("fine-tune", "training what is left of " + winner.name());
        FineTuning.Trained trained;
        try {
            trained = new FineTuning(
                            workshop.trainer().get(),
                            task,
                            teacher,
                            workshop.threads(),
                            workshop.progress(),
                            workshop.turns())
                    .train(fitted.graph(), fitting, task.validation());
        } catch (TrainingFailedException e) {
            return fittedOnly(contenders, fitted, "training failed: " + e.getMessage());
        }
        TrainingResult result = trained.result();
        double after;
        try (Turns.Turn turn = workshop.turns().take()) {
            after = choosing.of(result.graph()).score();
        }
        if (after < winner.score() - CLEARLY_WORSE) {
            return fittedOnly(
                    contenders,
                    fitted,
                    String.format(
                            Locale.ROOT,
                            "training made it worse, %.1f %% after %.1f %% on the samples to choose by",
                            100 * after,
                            100 * winner.score()));
        }
        return new Result(
                contenders,
                result.graph(),
                after,
                new Recovery.FineTuned(
                        result.learningRate(),
                        result.lastLoss(),
                        result.imagesPerSecond(),
                        result.maxDifference(),
                        trained.teacherShare()));
    }
}
