package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.pruning.graph.Graph;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OneDnnConvolutionsTest {
    private final Graph graph = TopologyZoo.graph("strided 1x1 shortcut");
    private final INDArray images = values(64 * 2 * 8 * 8).reshape(64, 2, 8, 8);
    private final INDArray targets = targets();

    @Test
    void theNativeLibraryIsTheOneWithOneDnn() {
        Nd4j.create(1);
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "there is no oneDNN build for this processor");
        assertThat(Loader.getLoadedLibraries().values().toString()).contains("onednn");
    }

    @Test
    void gradientsAreThoseOfTheJavaPath() {
        ComputationGraph java = network();
        ComputationGraph fast = network();
        fast.params().assign(java.params());
        OneDnnConvolutions convolutions = OneDnnConvolutions.install(fast.getLayers());
        assertThat(Arrays.stream(java.getLayers()).allMatch(layer -> layer.getHelper() == null))
                .isTrue();

        INDArray expected = gradients(java);
        convolutions.beginTraining();
        INDArray actual = gradients(fast);
        convolutions.endTraining();

        assertThat(convolutions.calls()).isEqualTo(6);
        double magnitude = expected.amaxNumber().doubleValue();
        assertThat(actual.sub(expected).amaxNumber().doubleValue() / magnitude).isLessThan(1e-5);
        assertThat(Nd4j.getEnvironment().helpersAllowed())
                .as("oneDNN outside convolutions")
                .isFalse();
    }

    @Test
    void nothingIsKeptBetweenInferences() {
        ComputationGraph network = network();
        OneDnnConvolutions convolutions = OneDnnConvolutions.install(network.getLayers());
        convolutions.beginTraining();
        gradients(network);
        convolutions.endTraining();
        INDArray first = network.outputSingle(images);
        INDArray second = network.outputSingle(images.mul(2));
        assertThat(second.sub(first).amaxNumber().doubleValue()).isPositive();
    }

    private ComputationGraph network() {
        ComputationGraph network =
                new ComputationGraph(Lowering.lower(graph, Purpose.CLASSIFICATION, new SoftTargetLoss(0.3, 2), 1, false)
                        .configuration());
        network.init();
        return network;
    }

    private INDArray gradients(ComputationGraph network) {
        network.setInput(0, images);
        network.setLabels(targets);
        network.computeGradientAndScore();
        return network.getFlattenedGradients().dup();
    }

    private static INDArray targets() {
        INDArray targets = Nd4j.create(64, 8);
        for (int i = 0; i < 64; i++) {
            targets.putScalar(i, i % 4, 1);
            targets.putScalar(i, 4 + (i + 1) % 4, 1);
        }
        return targets;
    }

    private static INDArray values(int count) {
        Random random = new Random(11);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values);
    }
}
