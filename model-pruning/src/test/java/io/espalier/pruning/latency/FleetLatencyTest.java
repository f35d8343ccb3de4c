package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetLatencyTest {
    private static final SyntheticDevice DEVICE = new SyntheticDevice(new ChannelStep(4, 16), 6, 60_000, 1, 0.01);
    private static final List<OperatorGraph> ASKED = List.of(
            SyntheticDevice.network(32, 48, 48, 64),
            SyntheticDevice.network(16, 32, 32, 32),
            SyntheticDevice.network(8, 20, 36, 12));

    private final FleetLatency fleet = new FleetLatency(BaseSuite.make().networks(), SyntheticDevice.networks(), ASKED);

    @Test
    void saysOfTheFirstDeviceWhatItsOwnModelSays() {
        assertSame(DEVICE.measured(1), 1e-9);
    }

    @Test
    void doubtsTheSameTimingsAsTheDevicesOwnModel() {
        DeviceTimings good = DEVICE.measured(1);
        List<Timing> base = new ArrayList<>(good.base());
        for (int wild : new int[] {5, 20, 41}) {
            Timing timing = base.get(wild);
            base.set(wild, new Timing(timing.probe(), timing.medianMicros() * 1.5, 1e6, 20, 0.01));
        }

        assertSame(new DeviceTimings(base, good.model(), good.denseP50Micros(), good.denseP95Micros(), 1), 1e-9);
    }

    @Test
    void scalesWithADeviceThatIsSlowerThroughout() {
        DeviceTimings first = DEVICE.measured(1);
        DeviceTimings slower = new DeviceTimings(
                first.base().stream().map(t -> times(t, 7)).toList(),
                first.model().stream().map(t -> times(t, 7)).toList(),
                first.denseP50Micros() * 7,
                first.denseP95Micros() * 7,
                1);

        List<FleetLatency.Prediction> both = fleet.of(List.of(first, slower));

        assertThat(fleet.learned()).isEqualTo(1);
        for (int a = 0; a < ASKED.size(); a++) {
            assertThat(both.get(1).p50Micros(a) / both.get(0).p50Micros(a)).isCloseTo(7, within(1e-9));
        }
    }

    @Test
    void learnsFromEachDevicesOwnTimings() {
        fleet.of(DEVICE.measured(1));
        Random random = new Random(4);
        for (int seed = 2; seed < 12; seed++) {
            SyntheticDevice other = new SyntheticDevice(
                    new ChannelStep(4, 16),
                    5 + 2 * random.nextDouble(),
                    50_000 + 20_000 * random.nextDouble(),
                    2,
                    0.01);
            DeviceTimings timings = other.measured(seed);
            FleetLatency.Prediction shared = fleet.of(timings);
            for (int a = 0; a < ASKED.size(); a++) {
                assertThat(shared.p50Micros(a) / other.micros(ASKED.get(a)))
                        .as("seed %d, network %d", seed, a)
                        .isBetween(0.95, 1.05);
            }
        }
        assertThat(fleet.learned()).isEqualTo(1);
    }

    @Test
    void learnsAnewWhatIsLikeNoneBefore() {
        fleet.of(DEVICE.measured(1));
        DeviceTimings other = new SyntheticDevice(ChannelStep.SMOOTH, 60, 20_000, 1, 0.01).measured(1);

        assertSame(other, 1e-9);
        assertThat(fleet.learned()).isEqualTo(2);
    }

    @Test
    void aDeviceThatTimedOtherProbesIsLearnedByItself() {
        fleet.of(DEVICE.measured(1));
        DeviceTimings all = DEVICE.measured(2);

        assertSame(
                new DeviceTimings(
                        all.base().subList(0, 30), all.model(), all.denseP50Micros(), all.denseP95Micros(), 1.2),
                1e-9);
        assertSame(new DeviceTimings(List.of(), List.of(), 200, 220, 1), 1e-9);
    }

    @Test
    void answersInTheOrderOfTheQuestion() {
        List<DeviceTimings> many = IntStream.range(0, 40)
                .mapToObj(seed -> new SyntheticDevice(new ChannelStep(4, 16), 6, 60_000, 1 + seed, 0.01).measured(seed))
                .toList();

        List<FleetLatency.Prediction> together = fleet.of(many);

        FleetLatency again = new FleetLatency(BaseSuite.make().networks(), SyntheticDevice.networks(), ASKED);
        for (int d = 0; d < many.size(); d++) {
            assertThat(again.of(many.get(d)).p50Micros(1))
                    .isEqualTo(together.get(d).p50Micros(1));
        }
    }

    private void assertSame(DeviceTimings timings, double tolerance) {
        LatencyModel model = LatencyModel.learn(timings, BaseSuite.make().networks(), SyntheticDevice.networks());
        FleetLatency.Prediction prediction = fleet.of(timings);
        assertThat(prediction.step()).isEqualTo(model.step());
        assertThat(prediction.leaveOneOutError()).isCloseTo(model.leaveOneOutError(), within(tolerance));
        for (int a = 0; a < ASKED.size(); a++) {
            double p50 = model.p50Micros(ASKED.get(a));
            assertThat(prediction.p50Micros(a) / p50).isCloseTo(1, within(tolerance));
            assertThat(prediction.p95Micros(p50)).isCloseTo(model.p95Micros(p50), within(tolerance * p50));
        }
    }

    private static Timing times(Timing timing, double factor) {
        return new Timing(
                timing.probe(),
                timing.medianMicros() * factor,
                timing.p95Micros() * factor,
                timing.samples(),
                timing.noise());
    }
}
