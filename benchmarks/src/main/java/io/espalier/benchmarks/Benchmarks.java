package io.espalier.benchmarks;

import io.espalier.benchmarks.device.AgentBenchmark;
import io.espalier.benchmarks.device.CompressionBenchmark;
import io.espalier.benchmarks.device.DeliveryBenchmark;
import io.espalier.benchmarks.latency.ChooseBenchmark;
import io.espalier.benchmarks.latency.LatencyModelBenchmark;
import io.espalier.benchmarks.latency.MemoryModelBenchmark;
import io.espalier.benchmarks.training.FineTuneBenchmark;
import io.espalier.benchmarks.training.LeNet300Benchmark;
import io.espalier.benchmarks.training.LeNet5Benchmark;
import io.espalier.benchmarks.training.ReproducibleBenchmark;
import io.espalier.benchmarks.training.ResNet20Benchmark;
import io.espalier.benchmarks.training.ResNet8Benchmark;
import io.espalier.benchmarks.training.SourceCnnBenchmark;
import io.espalier.benchmarks.training.StrategiesBenchmark;
import io.espalier.benchmarks.training.WeightsBenchmark;
import java.util.List;
import java.util.Optional;

/** All benchmarks, in the order in which the documentation lists them. */
final class Benchmarks {
    static final List<Benchmark> ALL = List.of(
            new SourceCnnBenchmark(),
            new ResNet8Benchmark(),
            new ResNet20Benchmark(),
            new LeNet5Benchmark(),
            new LeNet300Benchmark(),
            new StrategiesBenchmark(),
            new WeightsBenchmark(),
            new ReproducibleBenchmark(),
            new FineTuneBenchmark(),
            new LatencyModelBenchmark(),
            new MemoryModelBenchmark(),
            new ChooseBenchmark(),
            new AgentBenchmark(),
            new DeliveryBenchmark(),
            new CompressionBenchmark());

    private Benchmarks() {}

    static Optional<Benchmark> named(String name, List<Benchmark> among) {
        return among.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
