package io.espalier.pruning.choice;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.quantisation.Isa;
import java.util.List;

/**
 * What every member of a set costs on one device.
 *
 * @param latencyMargin fraction of a latency budget that may be planned with, as predictions err on this device
 */
public record DevicePrices(List<Priced> members, double latencyMargin) {
    /**
     * A member and its price.
     *
     * @param cost latencies 0 where the device timed nothing like it
     * @param potential score that something of this cost is known to reach; the member's own, or more where only training is
     *     missing
     */
    public record Priced(Member member, double potential, Cost cost) {
        /** Whether anything is known of how long it takes. */
        public boolean isTimed() {
            return cost.p95Micros() > 0;
        }
    }

    public DevicePrices {
        members = List.copyOf(members);
    }

    /** The same where the device was measured to take so many times as long as predicted. */
    public DevicePrices corrected(double factor) {
        return new DevicePrices(
                members.stream()
                        .map(each -> new Priced(
                                each.member(), each.potential(), each.cost().slower(factor)))
                        .toList(),
                latencyMargin);
    }

    /** Without what would saturate on this processor: its score was measured where it does not. */
    public DevicePrices exactOn(Isa processor) {
        int largest = processor.weights().limit();
        return new DevicePrices(
                members.stream()
                        .filter(each -> each.member()
                                .integers()
                                .filter(integers -> integers.largest() > largest)
                                .isEmpty())
                        .toList(),
                latencyMargin);
    }
}
