package io.espalier.pruning.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.SyntheticDevice;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PriceListTest {
    private static final SyntheticDevice QUICK = new SyntheticDevice(new ChannelStep(4, 16), 6, 60_000, 1, 0.01);
    private static final SyntheticDevice SLOW = new SyntheticDevice(new ChannelStep(4, 16), 6, 60_000, 5, 0.01);

    private static final Member UNPRUNED = member(0.9, SyntheticDevice.FULL);
    private static final Member HALF = member(0.88, 16, 32, 32, 32);
    private static final Member QUARTER = member(0.8, 8, 16, 16, 16);
    private static final ParetoSet SET = new ParetoSet(UNPRUNED, OptionalDouble.of(0.92), List.of(QUARTER, HALF));

    private final PriceList prices = new PriceList(SET, BaseSuite.make().networks(), SyntheticDevice.networks());

    @Test
    void pricesEachMemberAsTheDevicesOwnModelDoes() {
        DeviceTimings timings = QUICK.measured(3);
        LatencyModel own = LatencyModel.learn(timings, BaseSuite.make().networks(), SyntheticDevice.networks());

        DevicePrices of = prices.of(timings);

        assertThat(of.members()).extracting(each -> each.member()).containsExactly(QUARTER, HALF, UNPRUNED);
        for (DevicePrices.Priced each : of.members()) {
            assertThat(each.cost().p95Micros())
                    .isCloseTo(own.p95Micros(each.member().network()), within(1e-6));
            assertThat(each.cost().peakMemoryBytes())
                    .isEqualTo(RuntimeMemory.of(KernelPlan.of(each.member().network(), own.step()))
                            .peakBytes());
        }
    }

    @Test
    void devicesOfUnequalSpeedChooseDifferently() {
        double budget = SLOW.micros(HALF.network()) * 1.1 * 1.1;
        List<DevicePrices> both = prices.of(List.of(QUICK.measured(1), SLOW.measured(2)));

        assertThat(Choice.of(both.get(0), Target.NONE.withLatencyP95Micros(budget))
                        .taken()
                        .map(DevicePrices.Priced::member))
                .contains(UNPRUNED);
        Choice slow = Choice.of(both.get(1), Target.NONE.withLatencyP95Micros(budget));
        assertThat(slow.taken().map(DevicePrices.Priced::member)).contains(HALF);
        assertThat(slow.regret()).isCloseTo(0.92 - 0.88, within(1e-12));
        assertThat(prices.learned()).isEqualTo(1);
    }

    @Test
    void refusesASetThatHoldsAMemberTwice() {
        assertThatThrownBy(() -> new ParetoSet(UNPRUNED, OptionalDouble.empty(), List.of(HALF, HALF)))
                .hasMessageContaining(HALF.digest().hex());
    }

    private static Member member(double score, int... widths) {
        return new Member(
                Sha256.of(Arrays.toString(widths).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                score,
                1000,
                SyntheticDevice.network(widths),
                1000,
                1000,
                250);
    }
}
