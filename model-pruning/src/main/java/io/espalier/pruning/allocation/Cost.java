package io.espalier.pruning.allocation;

/** What a network of certain widths is expected to take; latencies are 0 where no device is in play. */
public record Cost(
        double p50Micros, double p95Micros, long sizeBytes, long peakMemoryBytes, long macs, long parameters) {}
