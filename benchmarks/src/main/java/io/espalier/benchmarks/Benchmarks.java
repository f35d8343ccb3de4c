package io.espalier.benchmarks;

import io.espalier.benchmarks.latency.LatencyModelBenchmark;
import io.espalier.benchmarks.latency.MemoryModelBenchmark;
import io.espalier.benchmarks.training.FineTuneBenchmark;
import io.espalier.benchmarks.training.SourceCnnBenchmark;
import java.util.List;
import java.util.Optional;

/** All benchmarks, in the order in which the documentation lists them. */
final class Benchmarks {
    static final List<Benchmark> ALL = List.of(
            new SourceCnnBenchmark(), new FineTuneBenchmark(), new LatencyModelBenchmark(), new MemoryModelBenchmark());

    private Benchmarks() {}

    static Optional<Benchmark> named(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
