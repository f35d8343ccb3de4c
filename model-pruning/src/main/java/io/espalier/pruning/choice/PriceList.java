package io.espalier.pruning.choice;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.FleetLatency;
import io.espalier.pruning.quantisation.IntegerSpeed;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** What the members of a set cost on devices, each by its own timings. Thread-safe. */
public final class PriceList {
    private final ParetoSet set;
    private final List<Member> members;
    private final FleetLatency latency;
    private final Map<ChannelStep, List<Long>> memory = new ConcurrentHashMap<>();

    /**
     * @param baseNetworks the base suite's probes, by name
     * @param modelNetworks the model suite's probes, by name; must hold {@code dense}
     */
    public PriceList(ParetoSet set, Map<String, OperatorGraph> baseNetworks, Map<String, OperatorGraph> modelNetworks) {
        this.set = set;
        this.members = set.members();
        this.latency = new FleetLatency(
                baseNetworks,
                modelNetworks,
                members.stream().map(Member::network).toList());
    }

    /** The prices on one device. */
    public DevicePrices of(DeviceTimings device) {
        return of(List.of(device)).get(0);
    }

    /** The prices on many devices, in order. */
    public List<DevicePrices> of(List<DeviceTimings> fleet) {
        List<FleetLatency.Prediction> predictions = latency.of(fleet);
        List<DevicePrices> prices = new ArrayList<>(fleet.size());
        for (int i = 0; i < fleet.size(); i++) {
            prices.add(prices(predictions.get(i), IntegerSpeed.of(fleet.get(i).model())));
        }
        return prices;
    }

    /** How many devices had to be learned in full. */
    public int learned() {
        return latency.learned();
    }

    private DevicePrices prices(FleetLatency.Prediction device, IntegerSpeed integers) {
        List<Long> bytes = memory.computeIfAbsent(device.step(), this::memory);
        List<DevicePrices.Priced> priced = new ArrayList<>(members.size());
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            double p50 = device.p50Micros(i) * share(member, integers, device.p50Micros(i));
            priced.add(new DevicePrices.Priced(
                    member,
                    set.potential(member),
                    new Cost(
                            p50,
                            p50 == 0 ? 0 : device.p95Micros(p50),
                            p50 == 0 ? OptionalDouble.empty() : device.energyMillijoules(p50),
                            member.sizeBytes(),
                            bytes.get(i),
                            member.macs(),
                            member.parameters())));
        }
        return new DevicePrices(priced, Limits.latencyMargin(device.leaveOneOutError()));
    }

    /** Of the time that the network takes in float; 0 for integers like which the device timed none. */
    private static double share(Member member, IntegerSpeed speed, double floatMicros) {
        return member.integers().isEmpty() ? 1 : speed.ratio(floatMicros).orElse(0);
    }

    private List<Long> memory(ChannelStep step) {
        return members.stream()
                .map(member -> RuntimeMemory.of(KernelPlan.of(member.network(), step))
                                .peakBytes()
                        - member.integers().map(Member.Integers::savedBytes).orElse(0L))
                .toList();
    }
}
