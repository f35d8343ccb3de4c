package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import java.util.ArrayList;
import java.util.List;

/** What is known of the unpruned model where there is no variant to compare it with. */
public final class UnprunedFacts {
    private UnprunedFacts() {}

    /** Empty where a variant was made, or nothing could be read. */
    public static List<Fact> of(Report report) {
        return report.comparison().isPresent()
                ? List.of()
                : report.unpruned().map(UnprunedFacts::of).orElse(List.of());
    }

    private static List<Fact> of(Cost cost) {
        List<Fact> facts = new ArrayList<>();
        if (cost.p95Micros() > 0) {
            facts.add(Fact.of("latency p50, predicted", Figures.micros(cost.p50Micros())));
            facts.add(Fact.of("latency p95, predicted", Figures.micros(cost.p95Micros())));
        }
        facts.add(Fact.of("size of the file", Figures.bytes(cost.sizeBytes())));
        facts.add(Fact.of("peak memory", Figures.bytes(cost.peakMemoryBytes())));
        facts.add(Fact.of("parameters", Figures.count(cost.parameters())));
        facts.add(Fact.of("multiply-accumulates", Figures.large(cost.macs())));
        return facts;
    }
}
