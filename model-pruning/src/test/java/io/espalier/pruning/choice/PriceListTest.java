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
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.quantisation.IntegerSpeed;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
    void pricesIntegersByWhatTheDeviceTimedOfThem() {
        Member integers = new Member(
                Sha256.of(new byte[] {8}),
                0.87,
                1000,
                HALF.network(),
                Optional.of(new Member.Integers(63, 300)),
                300,
                1000,
                250);
        PriceList list = new PriceList(
                new ParetoSet(UNPRUNED, OptionalDouble.empty(), List.of(HALF, integers)),
                BaseSuite.make().networks(),
                SyntheticDevice.networks());
        DeviceTimings timed = QUICK.measured(3);

        DevicePrices.Priced unknown = list.of(timed).members().get(1);
        DevicePrices known = list.of(withTwins(timed, 0.5));
        DevicePrices.Priced floats = known.members().get(0);
        DevicePrices.Priced quick = known.members().get(1);

        assertThat(unknown.isTimed()).isFalse();
        assertThat(quick.isTimed()).isTrue();
        assertThat(quick.cost().p95Micros()).isCloseTo(0.5 * floats.cost().p95Micros(), within(1e-6));
        assertThat(quick.cost().peakMemoryBytes()).isEqualTo(floats.cost().peakMemoryBytes() - 300);
    }

    @Test
    void leavesOutIntegersThatWouldSaturate() {
        Member wide = new Member(
                Sha256.of(new byte[] {9}),
                0.87,
                1000,
                HALF.network(),
                Optional.of(new Member.Integers(127, 300)),
                300,
                1000,
                250);
        DevicePrices all = new PriceList(
                        new ParetoSet(UNPRUNED, OptionalDouble.empty(), List.of(wide)),
                        BaseSuite.make().networks(),
                        SyntheticDevice.networks())
                .of(QUICK.measured(3));

        assertThat(all.exactOn(new Isa(Set.of("avx2"))).members())
                .extracting(DevicePrices.Priced::member)
                .containsExactly(UNPRUNED);
        assertThat(all.exactOn(new Isa(Set.of("avx2", "avx_vnni"))).members())
                .extracting(DevicePrices.Priced::member)
                .containsExactly(wide, UNPRUNED);
    }

    @Test
    void refusesASetThatHoldsAMemberTwice() {
        assertThatThrownBy(() -> new ParetoSet(UNPRUNED, OptionalDouble.empty(), List.of(HALF, HALF)))
                .hasMessageContaining(HALF.digest().hex());
    }

    /** As if each network of the suite had also been timed in integers, which took so much of its time. */
    private static DeviceTimings withTwins(DeviceTimings device, double share) {
        List<Timing> model = new ArrayList<>(device.model());
        for (Timing each : device.model()) {
            model.add(new Timing(
                    each.probe() + IntegerSpeed.TWIN,
                    each.medianMicros() * share,
                    each.p95Micros() * share,
                    each.samples(),
                    each.noise()));
        }
        return new DeviceTimings(
                device.base(), model, device.denseP50Micros(), device.denseP95Micros(), device.correction());
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
