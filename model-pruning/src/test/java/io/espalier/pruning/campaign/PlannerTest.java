package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.SyntheticDevice;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final Graph CNN = ReferenceNetworks.sourceCnn(1);
    private static final List<SyntheticDevice> DEVICES = List.of(
            new SyntheticDevice(new ChannelStep(4, 8), 6, 60_000, 1, 0.01),
            new SyntheticDevice(new ChannelStep(4, 16), 5, 70_000, 4, 0.01),
            new SyntheticDevice(new ChannelStep(4, 16), 5, 70_000, 25, 0.02),
            new SyntheticDevice(ChannelStep.SMOOTH, 9, 20_000, 10, 0.01));

    @Test
    void plansWhatTheDeviceThenReallyKeeps() {
        for (SyntheticDevice device : DEVICES) {
            DeviceTimings timings = device.measured(4);
            for (double share : new double[] {0.7, 0.5, 0.35}) {
                double budget = share * timings.denseP95Micros();
                Planner planner = planner(latency(budget), Optional.of(timings));

                int[] widths = planner.knapsack(ranking(planner)).widths();

                double actualP95 = device.micros(SyntheticDevice.network(widths)) * 1.1;
                assertThat(actualP95).as("%s at %s", device, share).isLessThanOrEqualTo(budget);
                assertThat(actualP95).as("%s at %s", device, share).isGreaterThan(budget * 0.5);
            }
        }
    }

    @Test
    void refusesWithTheFloorInNumbers() {
        DeviceTimings timings = DEVICES.get(2).measured(4);
        double floor = DEVICES.get(2).micros(SyntheticDevice.network(4, 4, 4, 4)) * 1.1;

        Optional<Refusal> refusal =
                planner(latency(floor / 2), Optional.of(timings)).refusal();

        assertThat(refusal).hasValueSatisfying(refused -> {
            assertThat(refused.floorP95Micros() / floor).isBetween(0.93, 1.07);
            assertThat(refused.detail())
                    .matches("needs at least [0-9.]+ µs: .*a network of one multiplication already takes [0-9.]+ µs.*");
        });
        assertThat(planner(latency(floor * 1.2), Optional.of(timings)).refusal())
                .isEmpty();
    }

    @Test
    void plansForSizeAndMemoryWithoutADevice() {
        Target target = Target.NONE.withMemoryBytes(200_000).withSizeBytes(120_000);
        Planner planner = planner(target, Optional.empty());
        Allocation.Chosen chosen = planner.knapsack(ranking(planner));
        Graph graph = planner.network().shaped(chosen.widths());

        assertThat(planner.refusal()).isEmpty();
        assertThat(OnnxWriter.write(graph).length).isLessThanOrEqualTo(120_000);
        assertThat(RuntimeMemory.of(KernelPlan.of(OperatorGraph.of(graph), ChannelStep.SMOOTH))
                        .peakBytes())
                .isLessThanOrEqualTo(200_000);
        assertThat(planner(Target.NONE.withSizeBytes(900), Optional.empty()).refusal())
                .hasValueSatisfying(r -> assertThat(r.detail()).contains("bytes of storage"));
    }

    @Test
    void plansForEnergyWhereTheDeviceHasReadings() {
        DeviceTimings plain = DEVICES.get(0).measured(1);
        DeviceTimings metered = new DeviceTimings(
                plain.base(), plain.model(), plain.denseP50Micros(), plain.denseP95Micros(), 1, OptionalDouble.of(4));
        Planner planner = planner(Target.NONE.withEnergyMillijoules(2), Optional.of(metered));

        assertThat(planner.refusal()).isEmpty();
        assertThat(planner.knapsack(ranking(planner)).cost().energyMillijoules().getAsDouble())
                .isBetween(1.5, 2.0);
        assertThat(planner(Target.NONE.withEnergyMillijoules(0.01), Optional.of(metered))
                        .refusal())
                .hasValueSatisfying(r -> assertThat(r.detail()).contains("mJ an inference, 0.01 were asked for"));
    }

    @Test
    void refusesAnEnergyNobodyCanMeasure() {
        for (Optional<DeviceTimings> device : List.of(
                Optional.<DeviceTimings>empty(), Optional.of(DEVICES.get(0).measured(1)))) {
            assertThat(planner(Target.NONE.withEnergyMillijoules(2), device).refusal())
                    .hasValueSatisfying(r -> assertThat(r.detail())
                            .isEqualTo("an energy of 2.0 mJ was asked for, but this device has no readings of an energy"
                                    + " counter: ask for a latency instead"));
        }
    }

    @Test
    void pricesWidthsAsTheShapedGraphReallyIs() {
        PrunableNetwork network = PrunableNetwork.of(CNN);
        int[] widths = {8, 16, 24, 12};
        Graph graph = network.shaped(widths);
        assertThat(network.pricing(Optional.empty()).of(widths).macs())
                .isEqualTo(Costs.of(graph).macs());
        assertThat((double) network.pricing(Optional.empty()).of(widths).sizeBytes())
                .isBetween(OnnxWriter.write(graph).length - 64.0, OnnxWriter.write(graph).length + 64.0);
    }

    private static Planner planner(Target target, Optional<DeviceTimings> device) {
        return new Planner(PrunableNetwork.of(CNN), target, device);
    }

    private static Ranking ranking(Planner planner) {
        return Ranking.of(planner.network(), new L1Importance(), OptionalDouble.empty());
    }

    private static Target latency(double micros) {
        return Target.NONE.withLatencyP95Micros(micros);
    }
}
