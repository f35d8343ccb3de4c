package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes come in, the answer is a graph that every later step can use, or a message for a person. */
class DamagedModelTest {
    private static final int MUTANTS = 1_500;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void neverFailsInAnotherWayOnOtherBytes(long seed) {
        Random random = new Random(seed);
        byte[] whole = OnnxWriter.write(network());
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            use(bytes, seed, mutant);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void neverFailsInAnotherWayOnOtherFields(long seed) throws IOException {
        Random random = new Random(seed);
        int used = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            int opset = OnnxReader.OLDEST_OPSET + random.nextInt(OnnxReader.NEWEST_OPSET - OnnxReader.OLDEST_OPSET + 1);
            List<OperatorForms.Form> forms = OperatorForms.of(opset);
            ModelDraft draft = new ModelDraft(opset, mutant);
            OperatorForms.write(draft, forms.get(random.nextInt(forms.size())), draft.input("x", -1, 2, 8, 8));
            used += use(Mutation.of(draft.bytes(), random), seed, mutant) ? 1 : 0;
        }
        assertThat(used).as("mutants that are still models").isBetween(MUTANTS / 10, MUTANTS * 9 / 10);
    }

    private static boolean use(byte[] bytes, long seed, int mutant) {
        try {
            return EveryUse.of(bytes);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail("seed " + seed + ", mutant " + mutant, e);
        }
    }

    static Graph network() {
        NetworkBuilder net = new NetworkBuilder("mutants", new Random(1));
        String x = net.relu(net.batchNorm(net.conv(net.input("x", 1, 6, 6), 2, 3, 1, 1)));
        x = net.maxPool(net.add(x, net.conv(x, 2, 3, 1, 1, 2)), 2);
        x = net.concat(x, net.relu(net.conv(x, 1, 3, 1, 1)));
        return net.build(net.softmax(net.gemm(net.flatten(x), 2)));
    }
}
