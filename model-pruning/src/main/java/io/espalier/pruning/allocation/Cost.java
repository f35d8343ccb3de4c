package io.espalier.pruning.allocation;

import java.util.OptionalDouble;

/**
 * What a network of certain widths is expected to take.
 *
 * @param p50Micros median latency, 0 where no device is in play; likewise the 95th percentile
 * @param energyMillijoules of one inference; empty where the device has no energy counter
 * @param peakMemoryBytes what loading and running it adds to a process
 */
public record Cost(
        double p50Micros,
        double p95Micros,
        OptionalDouble energyMillijoules,
        long sizeBytes,
        long peakMemoryBytes,
        long macs,
        long parameters) {

    /** A cost of unknown energy. */
    public Cost(double p50Micros, double p95Micros, long sizeBytes, long peakMemoryBytes, long macs, long parameters) {
        this(p50Micros, p95Micros, OptionalDouble.empty(), sizeBytes, peakMemoryBytes, macs, parameters);
    }

    /** The same where it takes so many times as long. */
    public Cost slower(double times) {
        return new Cost(
                p50Micros * times,
                p95Micros * times,
                energyMillijoules.isPresent()
                        ? OptionalDouble.of(energyMillijoules.getAsDouble() * times)
                        : OptionalDouble.empty(),
                sizeBytes,
                peakMemoryBytes,
                macs,
                parameters);
    }

    /** The same with the size of the file as it really is. */
    public Cost withSizeBytes(long bytes) {
        return new Cost(p50Micros, p95Micros, energyMillijoules, bytes, peakMemoryBytes, macs, parameters);
    }
}
