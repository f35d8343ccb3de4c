package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.IntegerPricing;
import io.espalier.pruning.quantisation.IntegerSpeed;
import io.espalier.pruning.quantisation.PrecisionChoice;
import io.espalier.pruning.quantisation.PrecisionChoice.Candidate;
import io.espalier.pruning.quantisation.PrecisionChoice.Precision;
import io.espalier.pruning.quantisation.QuantisedVariant;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Asks whether 8-bit integers serve the budget better than the network that was trained in float: the same network in
 * integers, and a wider one that meets the budget in integers only.
 *
 * <p>All are judged on the same samples to choose by. Under a latency or energy budget integers count only as far as they were
 * timed, on this machine where it is of the device's kind, or by the device itself.
 *
 * @see <a href="../../../../../../../../docs/adr/0005-integers-are-a-form-of-a-finished-network.md">ADR 5</a>
 */
final class IntegerForms {
    /** A budget of which no more is used is met comfortably. */
    private static final double COMFORTABLE = 0.8;
    /** Scores that differ by no more say nothing was lost. */
    private static final double LOST = 0.005;

    private final Task task;
    private final Workshop workshop;
    private final OnnxClassifier dense;
    private final Judge choosing;
    private final Samples fitting;
    private final Planner planner;
    private final Limits limits;

    /** @param planner of the unpruned network, for the whole of the budget */
    IntegerForms(Task task, Workshop workshop, OnnxClassifier dense, Judge choosing, Samples fitting, Planner planner) {
        this.task = task;
        this.workshop = workshop;
        this.dense = dense;
        this.choosing = choosing;
        this.fitting = fitting;
        this.planner = planner;
        this.limits = new Limits(task.target(), planner.limits().latencyMargin());
    }

    /**
     * What to ship.
     *
     * @param form in integers, where they were chosen
     * @param considered all forms in integers that were made
     */
    record Verdict(PrecisionChoice choice, Optional<IntegerForm> form, List<IntegerForm> considered) {
        static Verdict floats(String reason, List<IntegerForm> considered) {
            return new Verdict(new PrecisionChoice(Precision.FLOAT32, reason), Optional.empty(), considered);
        }
    }

    /** Errors: {@link InvalidModelException} where integers were asked for and the network has none to offer. */
    Verdict besides(Made floats) {
        AskedPrecision asked = task.recipe().precision();
        if (asked == AskedPrecision.FLOAT32) {
            return Verdict.floats("8-bit integers were not asked for", List.of());
        }
        Cost cost = floats.inFloat();
        double lost = choosing.of(task.base().onnx()).score() - floats.result().score();
        if (asked == AskedPrecision.AUTO && limits.load(cost) <= COMFORTABLE && lost <= LOST) {
            return Verdict.floats("float32 meets the budget with room to spare, and nothing was lost", List.of());
        }
        try {
            List<IntegerForm> forms = forms(floats, lost);
            IntegerForm best = best(forms);
            PrecisionChoice choice = PrecisionChoice.of(
                    asked,
                    limits,
                    new Candidate(cost, floats.result().score()),
                    new Candidate(best.cost(), best.score()),
                    best.speedRatio());
            return choice.precision() == Precision.INT8
                    ? new Verdict(choice, Optional.of(best), forms)
                    : Verdict.floats(choice.reason(), forms);
        } catch (InvalidModelException e) {
            if (asked == AskedPrecision.INT8) {
                throw e;
            }
            return Verdict.floats("8-bit integers are not possible: " + e.getMessage(), List.of());
        }
    }

    private List<IntegerForm> forms(Made floats, double lost) {
        workshop.progress().begins("integers", "calibrating " + floats.name());
        IntegerForm same = of(floats, false);
        List<IntegerForm> forms = new ArrayList<>(List.of(same));
        boolean roomForMore = limits.load(same.cost()) <= COMFORTABLE;
        if (lost > LOST && roomForMore && !mayNotCount(same)) {
            wider(same).ifPresent(made -> forms.add(of(made, true)));
        }
        return forms;
    }

    /** Under a latency or energy budget, what nobody timed. */
    private boolean mayNotCount(IntegerForm form) {
        return task.target().needsTimings() && form.speed().isEmpty();
    }

    private IntegerForm of(Made made, boolean wider) {
        Graph floats = made.result().graph();
        QuantisedVariant quantised;
        try (Turns.Turn turn = workshop.turns().take()) {
            quantised = QuantisedVariant.of(
                    floats,
                    fitting,
                    task.validation(),
                    task.contract(),
                    workshop.integers().weights(),
                    workshop.threads());
        }
        Cost inFloat = made.inFloat();
        Optional<Encoding.Speed> speed = speed(floats, quantised.graph(), inFloat);
        Graph shipped = ModelLabels.attach(quantised.graph(), task);
        Cost cost = prices(speed).of(floats, inFloat).cost().withSizeBytes(OnnxWriter.write(shipped).length);
        return new IntegerForm(made, wider, quantised, shipped, cost, speed);
    }

    /** Nothing is timed where only sizes are asked for. */
    private Optional<Encoding.Speed> speed(Graph floats, Graph integers, Cost inFloat) {
        if (!task.target().needsTimings()) {
            return Optional.empty();
        }
        OptionalDouble here = workshop.integers().timed(floats, integers);
        if (here.isPresent()) {
            return Optional.of(new Encoding.Speed(here.getAsDouble(), true));
        }
        OptionalDouble there = task.device()
                .map(timings -> IntegerSpeed.of(timings.model()).ratio(inFloat.p50Micros()))
                .orElse(OptionalDouble.empty());
        return there.isPresent() ? Optional.of(new Encoding.Speed(there.getAsDouble(), false)) : Optional.empty();
    }

    private IntegerPricing prices(Optional<Encoding.Speed> speed) {
        OptionalDouble ratio =
                speed.map(known -> OptionalDouble.of(known.ratio())).orElse(OptionalDouble.empty());
        return new IntegerPricing(workshop.integers().weights(), IntegerSpeed.like(ratio));
    }

    /**
     * As wide as integers allow, cut and trained in one round. It is planned at the speed of the narrower network, which a
     * wider one exceeds; empty where even the narrowest one is too large in integers.
     */
    private Optional<Made> wider(IntegerForm same) {
        Planner inIntegers = asItWasLearned(same)
                .inIntegers(prices(same.speed()))
                .leavingRoomFor(ModelLabels.bytes(task) + QuantisedVariant.LABEL_BYTES);
        if (inIntegers.refusal().isPresent()) {
            return Optional.empty();
        }
        Recipe recipe = task.recipe().forRound(task.recipe().epochs(), 1, 1);
        PruningRound.Result result = new PruningRound(
                        task.with(recipe), workshop.telling("wider, for int8: "), dense, choosing, fitting)
                .run(inIntegers);
        return Optional.of(new Made(
                result,
                Survivors.all(planner.network()).after(result.winner()),
                List.of(Variant.Round.of(1, recipe.epochs(), result))));
    }

    /** With the predictions that the network in floats was planned by in the end. */
    private Planner asItWasLearned(IntegerForm same) {
        double learned = same.made().latencyCorrection();
        return learned == 1 ? planner : planner.corrected(learned);
    }

    /** The best that fits; where none does, what comes nearest to fitting. */
    private IntegerForm best(List<IntegerForm> forms) {
        return forms.stream()
                .filter(form -> limits.fits(form.cost()))
                .max(Comparator.comparingDouble(IntegerForm::score))
                .orElseGet(() -> forms.stream()
                        .min(Comparator.comparingDouble(form -> limits.load(form.cost())))
                        .orElseThrow());
    }
}
