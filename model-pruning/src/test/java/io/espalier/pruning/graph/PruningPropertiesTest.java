package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of every graph; the seed of a failing one is in the name of its test. */
class PruningPropertiesTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holdsOfRandomNetworks(long seed) {
        Graph graph = RandomNetworks.ofSeed(seed);

        Graph pruned = Pruning.assertCutEqualsMask(graph, seed);

        assertThat(OnnxReader.read(OnnxWriter.write(pruned))).isEqualTo(pruned);
        Pruning.assertCutEqualsMask(pruned, seed + 1_000);
        Pruning.assertSameOutputs(graph, BatchNormFolding.fold(graph), seed);
        Pruning.assertSameOutputs(graph, PaddedShortcuts.toConvolutions(graph), seed);
    }
}
