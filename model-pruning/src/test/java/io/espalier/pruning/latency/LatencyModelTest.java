package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyModelTest {
    private static final SyntheticDevice BLOCKS_OF_8 = new SyntheticDevice(new ChannelStep(4, 8), 6, 60_000, 1, 0.01);
    private static final SyntheticDevice BLOCKS_OF_16_SLOW =
            new SyntheticDevice(new ChannelStep(4, 16), 5, 70_000, 25, 0.01);
    private static final SyntheticDevice SMOOTH = new SyntheticDevice(ChannelStep.SMOOTH, 9, 20_000, 4, 0.01);

    @Test
    void learnsTheChannelStep() {
        assertThat(learn(BLOCKS_OF_8).step()).isEqualTo(new ChannelStep(4, 8));
        assertThat(learn(BLOCKS_OF_16_SLOW).step()).isEqualTo(new ChannelStep(4, 16));
        assertThat(learn(SMOOTH).step()).isEqualTo(ChannelStep.SMOOTH);
    }

    @Test
    void learnsTheChannelStepFromUnsteadyTimingsToo() {
        for (ChannelStep step : List.of(ChannelStep.SMOOTH, new ChannelStep(4, 8), new ChannelStep(4, 16))) {
            SyntheticDevice device = new SyntheticDevice(step, 5, 60_000, 1, 0.03);
            for (int seed = 1; seed <= 4; seed++) {
                assertThat(learn(device.measured(seed)).step())
                        .as("%s, seed %d", device, seed)
                        .isEqualTo(step);
            }
        }
    }

    @Test
    void learnsTheChannelStepThoughTheMachineBecameSlowerWhileItTimed() {
        for (ChannelStep step : List.of(ChannelStep.SMOOTH, new ChannelStep(4, 8), new ChannelStep(4, 16))) {
            DeviceTimings steady = new SyntheticDevice(step, 5, 60_000, 1, 0.01).measured(1);
            for (int slower : List.of(12, 24, 36)) {
                List<Timing> base = new ArrayList<>(steady.base());
                base.subList(slower, base.size()).replaceAll(LatencyModelTest::slower);
                DeviceTimings timings = new DeviceTimings(
                        base,
                        steady.model().stream().map(LatencyModelTest::slower).toList(),
                        1.6 * steady.denseP50Micros(),
                        1.6 * steady.denseP95Micros(),
                        1);

                assertThat(learn(timings).step())
                        .as("slower from probe %d on", slower)
                        .isEqualTo(step);
            }
        }
    }

    private static Timing slower(Timing timing) {
        return new Timing(
                timing.probe(),
                1.6 * timing.medianMicros(),
                1.6 * timing.p95Micros(),
                timing.samples(),
                timing.noise());
    }

    @Test
    void predictsWidthsItHasNotSeen() {
        for (SyntheticDevice device : List.of(BLOCKS_OF_8, BLOCKS_OF_16_SLOW, SMOOTH)) {
            LatencyModel model = learn(device);
            Random random = new Random(3);
            List<Double> errors = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int[] widths = new int[4];
                for (int g = 0; g < widths.length; g++) {
                    widths[g] = 4 * (1 + random.nextInt(SyntheticDevice.FULL[g] / 4));
                }
                OperatorGraph network = SyntheticDevice.network(widths);
                double actual = device.micros(network);
                errors.add(Math.abs(model.p50Micros(network) - actual) / actual);
            }
            assertThat(errors.stream().mapToDouble(e -> e).average().orElse(1))
                    .as("%s", device)
                    .isLessThan(0.05);
            assertThat(model.leaveOneOutError()).isLessThan(0.08);
        }
    }

    @Test
    void isExactWhereTheDenseModelWasTried() {
        LatencyModel model = learn(BLOCKS_OF_8);
        double dense = BLOCKS_OF_8.micros(SyntheticDevice.network(32, 64, 64, 64));

        assertThat(model.p50Micros(SyntheticDevice.network(32, 64, 64, 64)) / dense)
                .isBetween(0.97, 1.03);
        assertThat(model.p95Micros(SyntheticDevice.network(32, 64, 64, 64)) / dense)
                .isBetween(1.06, 1.16);
    }

    @Test
    void neverGrowsWhenEveryGroupNarrowsByABlock() {
        for (SyntheticDevice device : List.of(BLOCKS_OF_8, BLOCKS_OF_16_SLOW, SMOOTH)) {
            LatencyModel model = learn(device);
            double before = Double.POSITIVE_INFINITY;
            for (int blocks = 4; blocks >= 1; blocks--) {
                double micros = model.p50Micros(
                        SyntheticDevice.network(Math.min(32, 16 * blocks), 16 * blocks, 16 * blocks, 16 * blocks));
                assertThat(micros)
                        .as("%s, %d blocks", device, blocks)
                        .isPositive()
                        .isLessThan(before);
                before = micros;
            }
        }
    }

    @Test
    void appliesTheCorrection() {
        DeviceTimings plain = SMOOTH.measured(1);
        DeviceTimings corrected =
                new DeviceTimings(plain.base(), plain.model(), plain.denseP50Micros(), plain.denseP95Micros(), 1.25);
        OperatorGraph network = SyntheticDevice.network(16, 32, 32, 32);

        assertThat(learn(corrected).p95Micros(network) / learn(plain).p95Micros(network))
                .isBetween(1.2499, 1.2501);
    }

    @Test
    void makesDoWithTheDenseTrialAlone() {
        DeviceTimings bare = new DeviceTimings(List.of(), List.of(), 200, 220, 1);
        LatencyModel model = learn(bare);
        assertThat(model.p50Micros(SyntheticDevice.network(32, 64, 64, 64))).isBetween(190.0, 210.0);
        assertThat(model.p50Micros(SyntheticDevice.network(8, 16, 16, 16)))
                .isPositive()
                .isLessThan(200);
    }

    @Test
    void survivesAWildMeasurement() {
        DeviceTimings good = BLOCKS_OF_8.measured(1);
        List<Timing> base = new ArrayList<>(good.base());
        base.set(5, new Timing(base.get(5).probe(), base.get(5).medianMicros() * 6, 1e6, 20, 2));
        LatencyModel model =
                learn(new DeviceTimings(base, good.model(), good.denseP50Micros(), good.denseP95Micros(), 1));
        OperatorGraph network = SyntheticDevice.network(16, 32, 32, 32);

        assertThat(model.p50Micros(network) / BLOCKS_OF_8.micros(network)).isBetween(0.85, 1.15);
    }

    private static LatencyModel learn(SyntheticDevice device) {
        return learn(device.measured(1));
    }

    private static LatencyModel learn(DeviceTimings timings) {
        return LatencyModel.learn(timings, BaseSuite.make().networks(), SyntheticDevice.networks());
    }
}
