package io.espalier.pruning.choice;

import io.espalier.pruning.allocation.Cost;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What every member of a set costs on one device.
 *
 * @param latencyMargin fraction of a latency budget that may be planned with, as predictions err on this device
 */
public record DevicePrices(List<Priced> members, double latencyMargin) {
    /**
     * A member and its price.
     *
     * @param potential score that something of this cost is known to reach; the member's own, or more where only training is
     *     missing
     */
    public record Priced(Member member, double potential, Cost cost) {}

    public DevicePrices {
        members = List.copyOf(members);
    }

    /** The same where the device was measured to take so many times as long as predicted. */
    public DevicePrices corrected(double factor) {
        return new DevicePrices(
                members.stream()
                        .map(each -> new Priced(each.member(), each.potential(), corrected(each.cost(), factor)))
                        .toList(),
                latencyMargin);
    }

    private static Cost corrected(Cost cost, double factor) {
        return new Cost(
                cost.p50Micros() * factor,
                cost.p95Micros() * factor,
                cost.energyMillijoules().isPresent()
                        ? OptionalDouble.of(cost.energyMillijoules().getAsDouble() * factor)
                        : OptionalDouble.empty(),
                cost.sizeBytes(),
                cost.peakMemoryBytes(),
                cost.macs(),
                cost.parameters());
    }
}
