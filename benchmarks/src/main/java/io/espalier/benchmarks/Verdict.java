package io.espalier.benchmarks;

/**
 * A figure beside its bar.
 *
 * @param figure what was measured, with its unit
 * @param bar what had to be reached, with its unit
 */
public record Verdict(String figure, String bar, boolean holds) {
    String line(String benchmark) {
        return "%s: %s, bar %s: %s".formatted(benchmark, figure, bar, holds ? "holds" : "MISSED");
    }
}
