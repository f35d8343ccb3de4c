package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.fail;

import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come in, the answer is a graph or a message for a person. */
class DamagedModelTest {
    private static final int MUTANTS = 2_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neverFailsInAnotherWay(long seed) {
        Random random = new Random(seed);
        byte[] whole = OnnxWriter.write(network());
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Graph graph = OnnxReader.read(bytes);
                DependencyGroups.of(graph);
                Costs.of(graph);
            } catch (InvalidModelException expected) {
                // The one way to be refused.
            } catch (RuntimeException e) {
                fail("seed %d, mutant %d: %s", seed, mutant, e, e);
            }
        }
    }

    private static Graph network() {
        NetworkBuilder net = new NetworkBuilder("mutants", new Random(1));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 1, 6, 6), 2, 3, 1, 1)));
        x = net.maxPool(net.add(x, net.conv(x, 2, 3, 1, 1, 2)), 2);
        x = net.concat(x, net.relu(net.conv(x, 1, 3, 1, 1)));
        return net.build(net.softmax(net.gemm(net.flatten(x), 2)));
    }
}
