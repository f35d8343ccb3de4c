package io.espalier.demo.api;

import org.jspecify.annotations.Nullable;

/** A device as the controller sees it; what is not known yet is null. */
public record Device(
        String id,
        String state,
        @Nullable String stateDetail,
        boolean online,
        @Nullable String modelId,
        @Nullable Budget budget,
        @Nullable Refusal refusal,
        @Nullable Active active,
        @Nullable Dense dense,
        @Nullable Measured measured,
        @Nullable DeviceJob job) {
    /** What the controller last decided of a device. */
    public record Decided(String state, @Nullable String detail) {}

    public record Budget(@Nullable Double latencyP95Micros) {}

    public record Refusal(
            @Nullable Double requestedP95Micros,
            @Nullable Double floorP95Micros,
            @Nullable String detail) {}

    public record Active(
            String variantDigest,
            String kind,
            @Nullable Double predictedP95Micros,
            @Nullable Long sizeBytes,
            @Nullable Double accuracy) {
        public boolean pruned() {
            return kind.equals("pruned");
        }
    }

    public record Dense(
            @Nullable Double p95Micros,
            @Nullable Double accuracy,
            @Nullable Long sizeBytes) {}

    /** Of the active variant, from telemetry. */
    public record Measured(
            long samples,
            @Nullable Double p95Micros,
            @Nullable Double p95LowerMicros,
            @Nullable Double p95UpperMicros,
            @Nullable Double accuracy) {}

    public record DeviceJob(
            @Nullable String stage,
            @Nullable Double done,
            @Nullable Double total,
            @Nullable Double secondsLeft) {
        /** 0 to 1; 0 while unknown. */
        public double fraction() {
            return done == null || total == null || total <= 0 ? 0 : done / total;
        }
    }

    public Decided decided() {
        return new Decided(state, stateDetail);
    }

    /** Samples telemetry has brought of the pruned variant that is active now; 0 before there is one. */
    public long samplesOfVariant() {
        return active != null && active.pruned() && measured != null ? measured.samples() : 0;
    }

    /** By the rule of the product: too slow only when even the lower 95 % bound of the measured p95 exceeds the budget. */
    public boolean within(double budgetP95Micros) {
        return measured != null && measured.p95LowerMicros() != null && measured.p95LowerMicros() <= budgetP95Micros;
    }
}
