package io.espalier.controller.profile;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One probe suite, measured on one device under one runtime key.
 *
 * @param suiteDigest the artifact the suite was fetched as
 * @param epoch of the device's state; (epoch, sequence) only grows
 */
public record DeviceProfile(
        DeviceId device,
        String suiteDigest,
        long epoch,
        long sequence,
        Instant measuredAt,
        Hardware hardware,
        RuntimeKey runtime,
        List<ProbeTiming> timings) {
    public DeviceProfile {
        timings = List.copyOf(timings);
    }

    /** The timing of a probe, where it could be timed. */
    public Optional<ProbeTiming> timing(String probe) {
        return timings.stream()
                .filter(timing -> timing.probe().equals(probe) && timing.error().isEmpty())
                .findFirst();
    }

    /**
     * @param memoryLimitBytes the smaller of physical memory and the cgroup's limit
     * @param simulatedSlowdown 1 for a true device
     */
    public record Hardware(
            String os,
            String arch,
            String cpuModel,
            int cores,
            List<String> isaFlags,
            long memoryLimitBytes,
            long freeDiskBytes,
            boolean energyCounter,
            int simulatedSlowdown) {
        public Hardware {
            isaFlags = List.copyOf(isaFlags);
        }
    }

    /** Timings under different keys must never be compared. */
    public record RuntimeKey(String runtime, String runtimeVersion, int intraOpThreads, String optimisationLevel) {
        /** The key as one word, for storage. */
        public String word() {
            return String.join("/", runtime, runtimeVersion, Integer.toString(intraOpThreads), optimisationLevel);
        }
    }

    /**
     * @param noise median absolute deviation over median
     * @param error why this probe could not be timed; empty when it could
     */
    public record ProbeTiming(
            String probe, double medianMicros, double p95Micros, int samples, double noise, String error) {
        // A normal distribution has its 95th percentile 1.645 deviations above the median, and a deviation is 1.4826
        // median absolute deviations.
        private static final double P95_IN_MEDIAN_DEVIATIONS = 1.645 * 1.4826;

        /**
         * The p95 of an undisturbed device. Few samples make the measured one little more than the worst of them; the
         * median and its deviation do not heed a neighbour that took the core for a moment.
         */
        public double undisturbedP95Micros() {
            return Math.min(p95Micros, medianMicros * (1 + P95_IN_MEDIAN_DEVIATIONS * noise));
        }
    }
}
