package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.IntegerPricing;
import io.espalier.pruning.quantisation.IntegerSpeed;
import io.espalier.pruning.quantisation.QuantisedVariant;
import io.espalier.pruning.quantisation.WeightRange;
import java.util.List;
import java.util.Optional;

/** What is known of a target before any data is read: whether it can be reached at all, and in which form. */
public final class Plan {
    private final Planner floats;
    private final Optional<Planner> integersOnly;
    private final Optional<Refusal> refusal;

    private Plan(Planner floats, Optional<Planner> integersOnly, Optional<Refusal> refusal) {
        this.floats = floats;
        this.integersOnly = integersOnly;
        this.refusal = refusal;
    }

    /**
     * Plans for one network and target.
     *
     * @param precision where it allows integers, a target that is too small for float is planned for them
     */
    public static Plan of(BaseModel base, Target target, Optional<DeviceTimings> device, AskedPrecision precision) {
        Planner floats = new Planner(PrunableNetwork.of(base.graph()), target, device);
        Optional<Refusal> refusal = floats.refusal();
        if (refusal.isEmpty() || precision == AskedPrecision.FLOAT32 || target.needsTimings()) {
            return new Plan(floats, Optional.empty(), refusal);
        }
        // Integers are never presumed faster, or to take less energy: for that they would have to be there to be timed.
        try {
            Planner integers = floats.inIntegers(untimed());
            Optional<Refusal> still = integers.refusal()
                    .map(each -> new Refusal(each.floorP95Micros(), each.detail() + ", in 8-bit integers too"));
            return new Plan(floats, still.isEmpty() ? Optional.of(integers) : Optional.empty(), still);
        } catch (InvalidModelException e) {
            return new Plan(floats, Optional.empty(), refusal); // Has no integers to offer.
        }
    }

    private static IntegerPricing untimed() {
        return new IntegerPricing(WeightRange.SEVEN_BITS, IntegerSpeed.of(List.of()));
    }

    /** Why the target is out of reach; empty where it is not. */
    public Optional<Refusal> refusal() {
        return refusal;
    }

    /** What the network takes with every channel kept, in the form that planning sees; in float. */
    public Cost unpruned() {
        return floats.dense();
    }

    /** Whether the model keeps to everything that is asked without losing a channel. */
    public boolean isMetUnpruned() {
        return floats.isMetUnpruned();
    }

    /** Prices networks in float. */
    Planner floats() {
        return floats;
    }

    /** Plans networks in the form that can meet the target: in float, unless integers alone do. */
    Planner planner(long labelBytes) {
        return integersOnly
                .map(integers -> integers.leavingRoomFor(labelBytes + QuantisedVariant.LABEL_BYTES))
                .orElseGet(() -> floats.leavingRoomFor(labelBytes));
    }
}
