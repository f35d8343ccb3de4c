package io.espalier.controller.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What delivery and telemetry know of one device.
 *
 * @param state where the work for it stands; null when nothing is under way and nothing was ever delivered. Retired,
 *     refused and offline are not theirs to say
 * @param lastSeenAt null when it never connected
 */
public record Facts(
        boolean online,
        @Nullable Instant lastSeenAt,
        @Nullable DeviceState state,
        @Nullable String stateDetail,
        @Nullable Active active,
        @Nullable Dense dense,
        @Nullable Measured measured,
        boolean pinned,
        @Nullable Progress job,
        @Nullable Agent agent) {
    /** Of a device that nothing is known of. */
    public static final Facts NONE = new Facts(false, null, null, null, null, null, null, false, null, null);

    /**
     * The model that serves now.
     *
     * @param kind {@code dense} or {@code pruned}
     * @param accuracy of the variant on the held-out samples, in the cloud
     */
    public record Active(
            String variantDigest,
            String artifactDigest,
            String kind,
            @Nullable Instant since,
            @Nullable Double predictedP95Micros,
            @Nullable Trial trial,
            @Nullable Long sizeBytes,
            @Nullable Double accuracy) {}

    /**
     * The latency trial on the device.
     *
     * @param outcome such as {@code accepted} or {@code too-slow}
     */
    public record Trial(
            int samples,
            double p50Micros,
            double p95Micros,
            double p95LowerMicros,
            double p95UpperMicros,
            String outcome) {}

    /** The unpruned model on this device. */
    public record Dense(
            @Nullable Double p50Micros,
            @Nullable Double p95Micros,
            @Nullable Double accuracy,
            @Nullable Long sizeBytes) {}

    /** What telemetry says of the active variant. */
    public record Measured(
            long samples,
            double p50Micros,
            double p95Micros,
            double p95LowerMicros,
            double p95UpperMicros,
            long labelled,
            @Nullable Double accuracy) {}

    /**
     * The agent itself, as it last reported.
     *
     * @param programDigest the artifact that it runs from; null for the program that was installed
     * @param upgradable whether it can be upgraded from here
     * @param refusedDigest the latest program that it refused or went back from
     * @param upgrade its newest order; null where it was in none
     */
    public record Agent(
            String version,
            @Nullable String programDigest,
            boolean upgradable,
            @Nullable String refusedDigest,
            @Nullable String refusedWhy,
            @Nullable Upgrade upgrade) {}

    /**
     * What the newest order has come to on this device.
     *
     * @param version that the order brings
     * @param state such as {@code under-way} or {@code failed}
     */
    public record Upgrade(String orderId, String version, String state, String detail, Instant changedAt) {}

    /** The job this device waits for. */
    public record Progress(
            String id,
            @Nullable String stage,
            long done,
            long total,
            @Nullable Long secondsLeft) {}
}
