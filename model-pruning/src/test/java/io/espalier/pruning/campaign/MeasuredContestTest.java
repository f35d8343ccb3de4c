package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.SyntheticDevice;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Finalists that are timed on the device before one of them is trained. */
class MeasuredContestTest {
    private static final SyntheticDevice DEVICE = new SyntheticDevice(new ChannelStep(4, 8), 5, 200, 1, 0);
    private static final double TAIL = 1.1;
    private static final Task TASK = task();
    private static final double BUDGET = TASK.target().latencyP95Micros().getAsDouble();

    private static final Slowness TOO_SLOW = (name, race) -> name.equals("dense") ? 1 : 2.5;

    /** Of each time that networks were timed, their names. */
    private final List<List<String>> timed = new ArrayList<>();

    private final List<String> told = new ArrayList<>();

    /** How many times as long as the device's law says a network takes. */
    private interface Slowness {
        /** @param race counts from 1 */
        double of(String name, int race);
    }

    @Test
    void takesTheBestStartWhereTheDeviceKeepsWhatWasPredicted() {
        Variant planned = run(Optional.empty());
        Variant variant = run((name, race) -> 1);

        assertThat(variant.onnx()).isEqualTo(planned.onnx());
        assertThat(timed).hasSize(1);
        assertThat(timed.get(0)).startsWith("dense").hasSizeGreaterThan(2);
        assertThat(variant.candidates().all())
                .filteredOn(each -> each.measured().isPresent())
                .as("finalists, and no other")
                .extracting(Candidates.Candidate::name)
                .containsExactlyInAnyOrderElementsOf(
                        timed.get(0).subList(1, timed.get(0).size()));
        assertThat(chosen(variant).measured().orElseThrow().p95Micros())
                .isCloseTo(chosen(variant).cost().p95Micros(), within(0.1 * BUDGET));
        assertThat(variant.candidates().latencyCorrection()).isEqualTo(1);
    }

    @Test
    void takesTheNextWhereTheBestStartIsMeasuredOverTheBudget() {
        String best = chosen(run(Optional.empty())).name();

        Variant variant = run((name, race) -> name.equals(best) ? 2 : 1);

        assertThat(chosen(variant).name()).isNotEqualTo(best);
        assertThat(chosen(variant).measured().orElseThrow().p95Micros()).isLessThanOrEqualTo(BUDGET);
        assertThat(variant.groups()).isNotEmpty();
        assertThat(candidate(variant, best).reason()).startsWith("too slow, measured: p95 ");
        assertThat(timed).as("no second plan").hasSize(1);
    }

    @Test
    void plansOnceMoreByWhatWasMeasuredWhereAllAreOverTheBudget() {
        Variant variant = run(TOO_SLOW);

        assertThat(timed).hasSize(2);
        assertThat(told).anyMatch(each -> each.contains("planning once more by what was measured"));
        assertThat(variant.candidates().latencyCorrection()).isCloseTo(2.5, within(0.25));
        assertThat(chosen(variant).measured().orElseThrow().p95Micros()).isLessThanOrEqualTo(BUDGET);
        assertThat(variant.predicted().p95Micros())
                .as("corrected too")
                .isCloseTo(chosen(variant).measured().orElseThrow().p95Micros(), within(0.1 * BUDGET));
        assertThat(variant.candidates().all())
                .filteredOn(each -> each.name().endsWith(", planned first"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.reason()).startsWith("too slow, measured"));
    }

    @Test
    void takesTheQuickestWhereTheSecondPlanIsTooSlowAsWell() {
        Variant variant = run((name, race) -> name.equals("dense") ? 1 : race == 1 ? 2.5 : 9);

        assertThat(timed).as("not a third time").hasSize(2);
        assertThat(chosen(variant).reason())
                .isEqualTo("the quickest of the last plan, but measured over the budget like all of it");
        double quickest = variant.candidates().all().stream()
                .filter(each -> !each.name().endsWith(", planned first"))
                .flatMap(each -> each.measured().stream())
                .mapToDouble(Timing::p95Micros)
                .min()
                .orElseThrow();
        assertThat(chosen(variant).measured().orElseThrow().p95Micros()).isEqualTo(quickest);
    }

    @Test
    void takesTheQuickestWhereNothingNarrowerIsLeft() {
        Variant variant = run((name, race) -> name.equals("dense") ? 1 : 40);

        assertThat(timed).hasSize(1);
        assertThat(told).anyMatch(each -> each.contains("nothing narrower is left"));
        assertThat(chosen(variant).measured().orElseThrow().p95Micros()).isGreaterThan(BUDGET);
    }

    @Test
    void blamesNoNetworkForADisturbanceThatMetTheUnprunedOneToo() {
        Variant variant = run((name, race) -> 2);

        assertThat(timed).hasSize(1);
        assertThat(variant.onnx()).isEqualTo(run(Optional.empty()).onnx());
        assertThat(chosen(variant).measured().orElseThrow().p95Micros())
                .isCloseTo(chosen(variant).cost().p95Micros(), within(0.1 * BUDGET));
    }

    @Test
    void creditsNoNetworkWithAMachineThatWasDisturbedBefore() {
        Variant variant = run((name, race) -> name.equals("dense") ? 0.5 : 1);

        assertThat(chosen(variant).measured().orElseThrow().p95Micros())
                .isCloseTo(chosen(variant).cost().p95Micros(), within(0.1 * BUDGET));
    }

    @Test
    void plansTheRoundsBehindByWhatWasMeasured() {
        Variant variant = run(inTwoRounds(), Optional.of(stopwatch(TOO_SLOW)));

        assertThat(timed)
                .as("both plans of the first round, and the one of the second")
                .hasSize(3);
        assertThat(told)
                .filteredOn(each -> each.contains("planning once more by what was measured"))
                .hasSize(1);
        assertThat(variant.rounds()).hasSize(2);
        assertThat(variant.candidates().latencyCorrection()).isCloseTo(2.5, within(0.25));
        assertThat(chosen(variant).measured().orElseThrow().p95Micros()).isLessThanOrEqualTo(BUDGET);
    }

    @Test
    void plansByWhatWasMeasuredBeforeAStop() {
        Variant undisturbed = run(inTwoRounds(), Optional.of(stopwatch(TOO_SLOW)));
        RememberedCheckpoint kept = new RememberedCheckpoint();
        stopsInTheSecondRound(inTwoRounds(), kept);
        timed.clear();

        Variant resumed = run(inTwoRounds(), Optional.of(stopwatch(TOO_SLOW)), StandInTrainer.IDLE, kept);

        assertThat(timed).hasSize(1);
        assertThat(resumed).usingRecursiveComparison().ignoringFields("onnx").isEqualTo(undisturbed);
        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
    }

    @Test
    void goesBackToWhatWasMeasuredBeforeAStop() {
        Variant both = run(inTwoRounds(), Optional.of(stopwatch(TOO_SLOW)));
        double between = both.selectionScoreBefore()
                - (both.rounds().get(0).trainedScore() + both.rounds().get(1).trainedScore()) / 2;
        Task task = inTwoRounds().with(inTwoRounds().recipe().withMostLost(between));
        Variant undisturbed = run(task, Optional.of(stopwatch(TOO_SLOW)));
        assertThat(undisturbed.stop()).isPresent();
        RememberedCheckpoint kept = new RememberedCheckpoint();
        stopsInTheSecondRound(task, kept);
        timed.clear();

        Variant resumed = run(task, Optional.of(stopwatch(TOO_SLOW)), StandInTrainer.IDLE, kept);

        assertThat(timed).as("the round that lost too much").hasSize(1);
        assertThat(chosen(resumed).measured()).isPresent();
        assertThat(resumed).usingRecursiveComparison().ignoringFields("onnx").isEqualTo(undisturbed);
        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
    }

    @Test
    void takesTheQuickestOfALaterRoundThatLeavesNothingNarrower() {
        Target impossible = Target.NONE.withLatencyP95Micros(1e-3);
        double narrowest = Plan.of(TASK.base(), impossible, TASK.device(), AskedPrecision.FLOAT32)
                .refusal()
                .orElseThrow()
                .floorP95Micros();
        // Within what the first round may take, which is some 1.4 times the budget, and over the budget.
        double slowness = 1.2 * BUDGET / narrowest;

        Variant variant =
                run(inTwoRounds(), Optional.of(stopwatch((name, race) -> name.equals("dense") ? 1 : slowness)));

        assertThat(variant.rounds()).hasSize(2);
        assertThat(told).anyMatch(each -> each.contains("nothing narrower is left"));
        assertThat(chosen(variant).measured().orElseThrow().p95Micros()).isGreaterThan(BUDGET);
    }

    @Test
    void areNotTimedWhereNoLatencyIsAskedFor() {
        Task forSize = UnlabelledTasks.fitting(0.5, TASK.base().graph(), TASK.recipe());

        run(forSize, Optional.of(stopwatch((name, race) -> 1)));

        assertThat(timed).isEmpty();
    }

    private static Candidates.Candidate chosen(Variant variant) {
        return variant.candidates().all().stream()
                .filter(Candidates.Candidate::chosen)
                .findFirst()
                .orElseThrow();
    }

    private static Candidates.Candidate candidate(Variant variant, String name) {
        return variant.candidates().all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Variant run(Slowness slowness) {
        return run(Optional.of(stopwatch(slowness)));
    }

    private Variant run(Optional<Stopwatch> stopwatch) {
        return run(TASK, stopwatch);
    }

    private static Task inTwoRounds() {
        return TASK.with(TASK.recipe().withRounds(2));
    }

    private void stopsInTheSecondRound(Task task, Checkpoints kept) {
        List<Graph> trained = new ArrayList<>();
        StandInTrainer stopping = StandInTrainer.of(graph -> {
            trained.add(graph);
            if (trained.size() == 2) {
                throw new IllegalStateException("stopped");
            }
            return graph;
        });
        timed.clear();
        assertThatIllegalStateException()
                .isThrownBy(() -> run(task, Optional.of(stopwatch(TOO_SLOW)), stopping, kept))
                .withMessage("stopped");
    }

    private Variant run(Task task, Optional<Stopwatch> stopwatch) {
        return run(task, stopwatch, StandInTrainer.IDLE, Checkpoints.NONE);
    }

    private Variant run(Task task, Optional<Stopwatch> stopwatch, Trainer trainer, Checkpoints checkpoints) {
        Workshop workshop = new Workshop(
                () -> trainer,
                1,
                (stage, done, total, left, message) -> told.add(message),
                Turns.ALWAYS,
                IntegerBench.UNKNOWN,
                stopwatch,
                TimeLimit.none());
        return new PruningCampaign(workshop, checkpoints)
                .run(task, Plan.of(task.base(), task.target(), task.device(), AskedPrecision.FLOAT32));
    }

    private Stopwatch stopwatch(Slowness slowness) {
        return networks -> {
            timed.add(List.copyOf(networks.keySet()));
            Map<String, Timing> timings = new HashMap<>();
            networks.forEach((name, graph) -> timings.put(name, timing(name, graph, slowness)));
            return timings;
        };
    }

    private Timing timing(String name, Supplier<Graph> graph, Slowness slowness) {
        return timing(name, DEVICE.micros(graph.get()) * slowness.of(name, timed.size()));
    }

    private static Timing timing(String name, double micros) {
        return new Timing(name, micros, micros * TAIL, 100, 0.01);
    }

    private static Task task() {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 1, 1));
        x = n.relu(n.conv(x, 32, 3, 1, 1));
        Graph graph = n.build(n.gemm(n.relu(n.gemm(n.flatten(x), 16)), 2));
        Task forSize = UnlabelledTasks.fitting(
                0.5, graph, Recipe.DEFAULT.rankedBy(Recipe.Criterion.L1, OptionalDouble.empty()));
        DeviceTimings timings = timings(graph);
        return new Task(
                forSize.purpose(),
                forSize.base(),
                forSize.data(),
                forSize.contract(),
                forSize.recipe(),
                Target.NONE.withLatencyP95Micros(0.5 * timings.denseP95Micros()),
                Optional.of(timings));
    }

    private static DeviceTimings timings(Graph graph) {
        PrunableNetwork network = PrunableNetwork.of(graph);
        WidthSpace space = network.space(4);
        List<Timing> base = new ArrayList<>();
        BaseSuite.make().networks().forEach((name, probe) -> base.add(timing(name, DEVICE.micros(probe))));
        List<Timing> model = new ArrayList<>();
        ModelSuite.widths(space.full(), space.minimum())
                .forEach((name, widths) -> model.add(timing(name, DEVICE.micros(network.shaped(widths)))));
        double dense = DEVICE.micros(graph);
        return new DeviceTimings(base, model, dense, dense * TAIL, 1);
    }
}
