package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.PatchImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.SyntheticDevice;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.IntegerSpeed;
import io.espalier.pruning.quantisation.PrecisionChoice.Precision;
import io.espalier.pruning.quantisation.WeightRange;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Sixteen classes, a hidden unit for each, widths in steps of four: a third of the size or of the time leaves room for four
 * units in float, which know four of the sixteen classes, and for all of them in integers of a byte.
 */
class IntegerFormsTest {
    static final BaseModel BASE = BaseModel.of(OnnxWriter.write(PatchImages.network()));
    /** 5 µs whatever the network, and 200 multiply-accumulates in each µs. */
    private static final SyntheticDevice DEVICE = new SyntheticDevice(ChannelStep.SMOOTH, 5, 200, 1, 0);

    static final Target A_THIRD_OF_THE_SIZE = Target.NONE.withSizeBytes(BASE.onnx().length * 35L / 100);
    private static final double FOUR_UNITS_AT_MOST = 0.4;

    /** Of each pair that was timed. */
    private final List<Integer> timedUnits = new ArrayList<>();

    @Test
    void winUnderASizeBudgetWithAWiderNetworkAndWithoutBeingTimed() {
        Variant variant = run(A_THIRD_OF_THE_SIZE, AskedPrecision.AUTO, bench(9), Optional.empty());

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.INT8);
        assertThat(variant.encoding().choice().reason()).endsWith("points more accurate within the budget than float");
        assertThat(timedUnits).isEmpty();
        assertThat(variant.groups())
                .singleElement()
                .satisfies(group -> assertThat(group.channels()).hasSize(16));
        assertThat(variant.after().score()).isGreaterThan(0.95);
        // A byte for each of 16 * 1,024 and 16 * 16 weights; what is left are scales, names and labels.
        assertThat(variant.onnx().length)
                .isBetween(16_640, (int) A_THIRD_OF_THE_SIZE.sizeBytes().getAsLong());
        assertThat(variant.predicted().sizeBytes()).isEqualTo(variant.onnx().length);
        assertThat(OnnxReader.read(variant.onnx()).metadata())
                .containsEntry("espalier.int8.weights", "63")
                .containsKey("espalier.base_sha256");
        assertThat(variant.encoding().integers()).hasValueSatisfying(integers -> {
            assertThat(integers.largestWeight()).isEqualTo(63);
            assertThat(integers.score()).isGreaterThan(0.95);
            assertThat(integers.speed()).isEmpty();
        });
    }

    @Test
    void standBesideTheFloatNetworkTheyWereChosenOver() {
        Variant variant = run(A_THIRD_OF_THE_SIZE, AskedPrecision.AUTO, bench(9), Optional.empty());

        List<Candidates.Candidate> all = variant.candidates().all();
        assertThat(all.get(0).name()).endsWith(", wider in int8");
        assertThat(all.get(0).chosen()).isTrue();
        assertThat(all.get(0).cost().sizeBytes()).isEqualTo(variant.onnx().length);
        Candidates.Candidate floats = all.get(1);
        assertThat(floats.chosen()).isFalse();
        assertThat(floats.reason()).contains("points more accurate");
        // Four of sixteen classes are known, and at best one more is guessed.
        assertThat(floats.tunedScore().getAsDouble()).isBetween(0.2, 0.45);
        assertThat(all)
                .filteredOn(each -> each.name().endsWith(" in int8"))
                .as("the same network in integers, and a wider one")
                .hasSize(2);
        assertThat(all).filteredOn(Candidates.Candidate::chosen).hasSize(1);
    }

    @Test
    void areNotTakenUnderALatencyBudgetWhereTheyWereMeasuredSlower() {
        Variant variant = run(latency(FOUR_UNITS_AT_MOST), AskedPrecision.AUTO, bench(1.3), Optional.empty());

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.FLOAT32);
        assertThat(variant.encoding().choice().reason()).contains("take 1.30 of the time of float");
        assertThat(timedUnits).as("only the network that was made").containsExactly(4);
        assertThat(variant.groups().get(0).channels()).hasSize(4);
        assertThat(variant.candidates().all())
                .filteredOn(each -> each.name().endsWith(" in int8"))
                .singleElement()
                .satisfies(integers -> {
                    assertThat(integers.chosen()).isFalse();
                    assertThat(integers.cost().p95Micros())
                            .isEqualTo(1.3 * variant.predicted().p95Micros());
                });
    }

    @Test
    void areTakenUnderALatencyBudgetWhereTheyWereMeasuredFasterAndAWiderNetworkFits() {
        Variant variant = run(latency(FOUR_UNITS_AT_MOST), AskedPrecision.AUTO, bench(0.3), Optional.empty());

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.INT8);
        assertThat(timedUnits).as("each form is timed itself").containsExactly(4, 16);
        assertThat(variant.encoding().integers().orElseThrow().speed()).contains(new Encoding.Speed(0.3, true));
        assertThat(variant.predicted().p95Micros()
                        / timings(OptionalDouble.empty()).denseP95Micros())
                .isBetween(0.29, 0.31);
        assertThat(variant.after().score()).isGreaterThan(0.95);
    }

    @Test
    void countUnderALatencyBudgetOnlyWhereSomebodyTimedThem() {
        Variant variant = run(latency(FOUR_UNITS_AT_MOST), AskedPrecision.AUTO, IntegerBench.UNKNOWN, Optional.empty());

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.FLOAT32);
        assertThat(variant.encoding().choice().reason()).contains("has not timed");
        assertThat(run(latency(FOUR_UNITS_AT_MOST), AskedPrecision.INT8, IntegerBench.UNKNOWN, Optional.empty())
                        .encoding()
                        .choice()
                        .precision())
                .as("even where they were asked for")
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void countUnderAnEnergyBudgetOnlyWhereSomebodyTimedThem() {
        DeviceTimings counted = withEnergy(timings(OptionalDouble.empty()), 10);
        Target energy = Target.NONE.withEnergyMillijoules(10 * FOUR_UNITS_AT_MOST);

        assertThat(run(energy, AskedPrecision.INT8, IntegerBench.UNKNOWN, Optional.of(counted)))
                .satisfies(variant -> {
                    assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.FLOAT32);
                    assertThat(variant.predicted().energyMillijoules().getAsDouble())
                            .isBetween(0.1, 10 * FOUR_UNITS_AT_MOST);
                });
        assertThat(run(energy, AskedPrecision.INT8, bench(0.3), Optional.of(counted)))
                .satisfies(variant -> {
                    assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.INT8);
                    assertThat(variant.predicted().energyMillijoules()).hasValueCloseTo(3.0, within(0.1));
                });
    }

    @Test
    void countByTheDevicesOwnTimingsWhereThisMachineIsOfAnotherKind() {
        Variant variant = run(
                latency(FOUR_UNITS_AT_MOST),
                AskedPrecision.AUTO,
                IntegerBench.UNKNOWN,
                Optional.of(timings(OptionalDouble.of(0.3))));

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.INT8);
        assertThat(variant.encoding().integers().orElseThrow().speed()).hasValueSatisfying(speed -> {
            assertThat(speed.timedHere()).isFalse();
            assertThat(speed.ratio()).isBetween(0.299, 0.301);
        });
    }

    @Test
    void areNotLookedForWhereFloatMeetsTheBudgetWithEaseAndLosesNothing() {
        Variant variant = run(latency(2), AskedPrecision.AUTO, bench(0.3), Optional.empty());

        assertThat(variant.encoding().choice().reason()).contains("room to spare");
        assertThat(timedUnits).isEmpty();
        assertThat(variant.candidates().all()).noneMatch(each -> each.name().endsWith(" in int8"));
    }

    @Test
    void areNotLookedForUnlessAskedFor() {
        Variant variant = run(A_THIRD_OF_THE_SIZE, AskedPrecision.FLOAT32, bench(0.3), Optional.empty());

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.FLOAT32);
        assertThat(variant.encoding().integers()).isEmpty();
        assertThat(variant.groups().get(0).channels()).hasSize(4);
    }

    @Test
    void shipWhereTheyAreAskedForThoughNothingIsGained() {
        Variant variant = run(Target.NONE.withSizeBytes(200_000), AskedPrecision.INT8, bench(9), Optional.empty());

        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.INT8);
        assertThat(variant.encoding().choice().reason()).isEqualTo("8-bit integers were asked for");
        assertThat(variant.after().score()).isGreaterThan(0.95);
    }

    @Test
    void areWhatIsPlannedForASizeThatNoNetworkInFloatHas() {
        Target tight = Target.NONE.withSizeBytes(12_000);

        Variant variant = run(tight, AskedPrecision.AUTO, bench(9), Optional.empty());

        assertThat(Plan.of(BASE, tight, Optional.empty(), AskedPrecision.FLOAT32)
                        .refusal())
                .hasValueSatisfying(refusal -> assertThat(refusal.detail())
                        .contains("bytes of storage, 12,000 were asked for")
                        .doesNotContain("integers"));
        assertThat(variant.encoding().choice().precision()).isEqualTo(Precision.INT8);
        assertThat(variant.encoding().choice().reason()).isEqualTo("only 8-bit integers fit the budget");
        assertThat(variant.onnx()).hasSizeLessThanOrEqualTo(12_000);
        assertThat(variant.predicted().sizeBytes()).isEqualTo(variant.onnx().length);
        assertThat(variant.groups().get(0).channels())
                .as("as many as fit at a byte each")
                .hasSize(8);
        assertThat(variant.candidates().all())
                .filteredOn(each -> each.name().equals(Candidates.DENSE))
                .singleElement()
                .satisfies(dense ->
                        assertThat(dense.cost().sizeBytes()).as("in float").isGreaterThan(65_536));
    }

    @Test
    void areRefusedWithTheirOwnFloorWhereTheyDoNotFitEither() {
        assertThat(Plan.of(BASE, Target.NONE.withSizeBytes(1_000), Optional.empty(), AskedPrecision.AUTO)
                        .refusal())
                .hasValueSatisfying(refusal ->
                        assertThat(refusal.detail()).endsWith("1,000 were asked for, in 8-bit integers too"));
    }

    @Test
    void areNotPlannedForALatencyThatNoNetworkInFloatHas() {
        Target fast = latency(0.01);

        assertThat(Plan.of(BASE, fast, Optional.of(timings(OptionalDouble.of(0.3))), AskedPrecision.AUTO)
                        .refusal())
                .isPresent();
    }

    @Test
    void areRefusedBeforeAnythingIsTrainedWhereTheNetworkHasNone() {
        NetworkBuilder n = new NetworkBuilder("bare", new Random(1));
        BaseModel bare = BaseModel.of(OnnxWriter.write(n.build(
                n.flatten(n.globalAveragePool(n.relu(n.input("input", 1, PatchImages.SIDE, PatchImages.SIDE)))))));

        assertThatThrownBy(() ->
                        run(bare, Target.NONE.withSizeBytes(100_000), AskedPrecision.INT8, bench(1), Optional.empty()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("No layer of the model can be quantised");
    }

    private Variant run(Target target, AskedPrecision precision, IntegerBench bench, Optional<DeviceTimings> device) {
        Optional<DeviceTimings> timings = target.latencyP95Micros().isPresent() && device.isEmpty()
                ? Optional.of(timings(OptionalDouble.empty()))
                : device;
        return run(BASE, target, precision, bench, timings);
    }

    private static Variant run(
            BaseModel base,
            Target target,
            AskedPrecision precision,
            IntegerBench bench,
            Optional<DeviceTimings> device) {
        Task task = new Task(
                Purpose.CLASSIFICATION,
                base,
                PatchImages.dataset(),
                InputContract.RAW,
                recipe(precision),
                target,
                device);
        Workshop workshop = new Workshop(
                () -> StandInTrainer.IDLE, 1, Progress.SILENT, Turns.ALWAYS, bench, Optional.empty(), TimeLimit.none());
        return new PruningCampaign(workshop, Checkpoints.NONE).run(task, Plan.of(base, target, device, precision));
    }

    /** A device of this machine's kind, on which integers take this share of the time of float. */
    private IntegerBench bench(double ratio) {
        return new IntegerBench() {
            @Override
            public WeightRange weights() {
                return WeightRange.SEVEN_BITS;
            }

            @Override
            public OptionalDouble timed(Graph floats, Graph integers) {
                timedUnits.add(floats.constant("dense1_w").shape().dim(0));
                return OptionalDouble.of(ratio);
            }
        };
    }

    private static Target latency(double share) {
        return Target.NONE.withLatencyP95Micros(
                share * timings(OptionalDouble.empty()).denseP95Micros());
    }

    /** @param integers share of the time of float that the device's own timings of them say */
    private static DeviceTimings timings(OptionalDouble integers) {
        PrunableNetwork network = PrunableNetwork.of(BASE.graph());
        WidthSpace space = network.space(4);
        List<Timing> base = new ArrayList<>();
        BaseSuite.make().networks().forEach((name, probe) -> base.add(timing(name, DEVICE.micros(probe))));
        List<Timing> model = new ArrayList<>();
        ModelSuite.widths(space.full(), space.minimum()).forEach((name, widths) -> {
            double micros = DEVICE.micros(network.shaped(widths));
            model.add(timing(name, micros));
            integers.ifPresent(ratio -> model.add(timing(name + IntegerSpeed.TWIN, ratio * micros)));
        });
        double dense = DEVICE.micros(BASE.graph());
        return new DeviceTimings(base, model, dense, dense * 1.1, 1);
    }

    private static DeviceTimings withEnergy(DeviceTimings timings, double denseMillijoules) {
        return new DeviceTimings(
                timings.base(),
                timings.model(),
                timings.denseP50Micros(),
                timings.denseP95Micros(),
                timings.correction(),
                OptionalDouble.of(denseMillijoules));
    }

    private static Timing timing(String name, double micros) {
        return new Timing(name, micros, micros * 1.1, 100, 0.01);
    }

    private static Recipe recipe(AskedPrecision precision) {
        return Recipe.DEFAULT.with(parts -> {
            parts.epochs = 1;
            parts.importance = Recipe.Criterion.L1;
            parts.precision = precision;
        });
    }
}
