package io.espalier.pruning.report;

import java.util.List;

/**
 * What a person asked for.
 *
 * @param device whose timings were planned with, in words; empty where latency plays no part
 */
public record Asked(String model, String data, String device, List<Limit> limits) {
    public Asked {
        limits = List.copyOf(limits);
    }
}
