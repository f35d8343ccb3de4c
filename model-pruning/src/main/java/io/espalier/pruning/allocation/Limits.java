package io.espalier.pruning.allocation;

/**
 * A target as seen by the allocator: how much of the tightest constraint a cost uses up.
 *
 * @param latencyMargin fraction of the latency and energy budgets that may be planned with; predictions err
 */
public record Limits(Target target, double latencyMargin) {
    /** Leaves room for a prediction that is a few per cent too low. */
    public static final double USUAL_LATENCY_MARGIN = 0.95;

    private static final double NARROWEST_LATENCY_MARGIN = 0.88;

    /** The fraction of a budget to plan with: the less certain predictions are, the more room is left. */
    public static double latencyMargin(double meanRelativeError) {
        return Math.max(NARROWEST_LATENCY_MARGIN, Math.min(USUAL_LATENCY_MARGIN, 1 - meanRelativeError));
    }

    public Limits {
        if (!(latencyMargin > 0 && latencyMargin <= 1)) {
            throw new IllegalArgumentException("Latency margin " + latencyMargin + " must be above 0 and at most 1");
        }
    }

    /** Use of the tightest constraint: at most 1 fits. */
    public double load(Cost cost) {
        double load = 0;
        if (target.latencyP95Micros().isPresent()) {
            load = cost.p95Micros() / (target.latencyP95Micros().getAsDouble() * latencyMargin);
        }
        if (target.memoryBytes().isPresent()) {
            load = Math.max(
                    load, (double) cost.peakMemoryBytes() / target.memoryBytes().getAsLong());
        }
        if (target.sizeBytes().isPresent()) {
            load = Math.max(load, (double) cost.sizeBytes() / target.sizeBytes().getAsLong());
        }
        if (target.energyMillijoules().isPresent()) {
            // Energy that nobody measured cannot be promised.
            load = Math.max(
                    load,
                    cost.energyMillijoules().orElse(Double.POSITIVE_INFINITY)
                            / (target.energyMillijoules().getAsDouble() * latencyMargin));
        }
        if (target.macs().isPresent()) {
            load = Math.max(load, (double) cost.macs() / target.macs().getAsLong());
        }
        return load;
    }

    public boolean fits(Cost cost) {
        return load(cost) <= 1;
    }

    /** The same target planned with to the last microsecond. */
    Limits withoutMargin() {
        return new Limits(target, 1);
    }
}
