package io.espalier.pruning.campaign;

import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ActivationStatistics;
import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.reconstruction.FittedLayer;
import io.espalier.pruning.reconstruction.Reconstructed;
import io.espalier.pruning.sparsity.MagnitudeMasks;
import io.espalier.pruning.sparsity.Masks;
import io.espalier.pruning.training.TrainingFailedException;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Cuts what one target asks for, then lets the network recover: its layers are fitted to the network before the cut, and
 * it is trained with the unpruned model as teacher. What cannot be trained, or is worse for it, stays as it was fitted.
 * Single weights that the recipe wants gone are set to zero in between, and stay zero.
 */
final class PruningRound {
    private static final int SCORING_SAMPLES = 512;
    /** Whatever training uses: gradients of all batches are kept. */
    private static final int SCORING_BATCH = 64;
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
     * @param masks weights that are zero
     * @param score on the samples to choose by
     */
    record Result(List<Contender> contenders, Graph graph, Masks masks, double score, Recovery recovery) {
        Contender winner() {
            return contenders.get(0);
        }
    }

    Result run(Planner planner) {
        Optional<String> obstacle =
                workshop.trainer().get().obstacle(planner.network().folded(), task.purpose());
        workshop.progress().begins("select", "ranking channels and comparing the pruned networks");
        Contest.Outcome contest = new MeasuredContest(
                        workshop, task.base().graph(), planned -> contest(planned, obstacle))
                .run(planner, task.recipe().threshold());
        Start start = start(contest);
        return obstacle.isPresent() ? fittedOnly(start, obstacle.get()) : trained(start);
    }

    /**
     * Trains the best start but the one that a result was made of. Empty where there is none within the target that was
     * fitted too, and where nothing can be trained: that is no better for it.
     */
    Optional<Result> next(Planner planner, Result first) {
        if (workshop.trainer()
                .get()
                .obstacle(planner.network().folded(), task.purpose())
                .isPresent()) {
            return Optional.empty();
        }
        List<Contender> contenders = new ArrayList<>(first.contenders());
        Contender before = contenders.remove(0).withTrained(first.score());
        if (contenders.isEmpty()
                || !contenders.get(0).isFinalist()
                || contenders.get(0).isTooSlow()) {
            return Optional.empty();
        }
        contenders.add(1, before);
        workshop.progress()
                .begins(
                        "train next",
                        before.name() + " lost too much: " + contenders.get(0).name() + " is next");
        Reconstructed fitted;
        try (Turns.Turn turn = workshop.turns().take()) {
            fitted = layerFitting(planner).fit(contenders.get(0));
        }
        return Optional.of(trained(start(new Contest.Outcome(contenders, fitted))));
    }

    /**
     * What training starts from.
     *
     * @param graph fitted, with the weights zero that are to stay zero
     * @param score on the samples to choose by
     */
    private record Start(List<Contender> contenders, Graph graph, Masks masks, double score, List<FittedLayer> fitted) {
        Contender winner() {
            return contenders.get(0);
        }
    }

    private Start start(Contest.Outcome contest) {
        List<Contender> contenders = contest.contenders();
        Graph fitted = contest.fitted().graph();
        List<FittedLayer> layers = contest.fitted().layers();
        double sparsity = task.recipe().sparsity();
        if (sparsity == 0) {
            return new Start(contenders, fitted, Masks.NONE, contenders.get(0).score(), layers);
        }
        // The smallest of all can be the whole of one layer, where layers differ in scale: so other ways are tried,
        // too. Scores no better than guesses do not tell them apart; then the first is taken, which spares
        // what is left of a layer.
        try (Turns.Turn turn = workshop.turns().take()) {
            return Stream.of(
                            MagnitudeMasks.layerAdaptive(fitted, sparsity),
                            MagnitudeMasks.perLayer(fitted, sparsity),
                            MagnitudeMasks.global(fitted, sparsity))
                    .map(masks -> masked(contenders, fitted, masks, layers))
                    .max(Comparator.comparingDouble(each -> Math.max(choosing.leastTelling(), each.score())))
                    .orElseThrow();
        }
    }

    private Start masked(List<Contender> contenders, Graph fitted, Masks masks, List<FittedLayer> layers) {
        Graph masked = masks.applied(fitted);
        return new Start(contenders, masked, masks, choosing.of(masked).score(), layers);
    }

    private Contest contest(Planner planner, Optional<String> obstacle) {
        Supplier<List<Map<String, Tensor>>> gradients = Once.of(() -> gradients(planner.network()));
        return new Contest(
                new Forms(planner, choosing).all(),
                (form, among) -> new Criteria(
                                form.network(),
                                gradients,
                                () -> activations(form.network()),
                                () -> reconstruction(form.network()),
                                noGradients(obstacle),
                                task.recipe().largeWeights(),
                                task.recipe().seed())
                        .of(task.recipe().importance(), among),
                choosing,
                layerFitting(planner));
    }

    private LayerFitting layerFitting(Planner planner) {
        return new LayerFitting(planner.network(), task, fitting, workshop.threads(), workshop.progress());
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

    private List<Map<String, Tensor>> gradients(PrunableNetwork network) {
        return workshop.trainer()
                .get()
                .gradients(
                        network.folded(),
                        fitting.draw(SCORING_SAMPLES, task.recipe().seed()),
                        task.contract(),
                        SCORING_BATCH);
    }

    private static Result fittedOnly(Start start, String reason) {
        return new Result(
                start.contenders(),
                start.graph(),
                start.masks(),
                start.score(),
                new Recovery.Fitted(reason, start.fitted()));
    }

    /** Training is not to be trusted blindly: what it made clearly worse is left as it was. */
    private Result trained(Start start) {
        workshop.progress()
                .begins(
                        "fine-tune",
                        "training what is left of " + start.winner().name());
        FineTuning.Trained trained;
        try {
            trained = new FineTuning(
                            workshop.trainer().get(),
                            task,
                            teacher,
                            workshop.threads(),
                            workshop.progress(),
                            workshop.turns())
                    .train(start.graph(), fitting, task.validation(), start.masks());
        } catch (TrainingFailedException e) {
            return fittedOnly(start, "training failed: " + e.getMessage());
        }
        TrainingResult result = trained.result();
        double after;
        try (Turns.Turn turn = workshop.turns().take()) {
            after = choosing.of(result.graph()).score();
        }
        if (after < start.score() - CLEARLY_WORSE) {
            return fittedOnly(
                    start,
                    "training made it worse, %s after %s on the samples to choose by"
                            .formatted(Units.percent(after), Units.percent(start.score())));
        }
        return new Result(
                start.contenders(),
                result.graph(),
                start.masks(),
                after,
                new Recovery.FineTuned(
                        result.learningRate(),
                        result.lastLoss(),
                        result.imagesPerSecond(),
                        result.maxDifference(),
                        trained.teacherShare()));
    }
}
