package io.espalier.pruning.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.RealData;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The models of MLPerf Tiny as their authors saved them. */
class RealKerasModelsTest {
    @Test
    void bringsResNet8ToWhatItsOnnxFileComputes() throws IOException {
        KerasModel keras = KerasModel.read(model("mlperf-tiny-resnet8.h5"));
        assertThat(keras.difference()).isLessThan(1e-5);
        try (OnnxClassifier ours = OnnxClassifier.load(keras.onnx(), 1);
                OnnxClassifier theirs = OnnxClassifier.load(Files.readAllBytes(model("resnet8-cifar10.onnx")), 1)) {
            assertThat(ours.input().shape()).isEqualTo(theirs.input().shape());
            Random random = new Random(1);
            float[] images = new float[20 * 3 * 32 * 32];
            for (int i = 0; i < images.length; i++) {
                images[i] = random.nextInt(256);
            }
            float[][] expected = theirs.run(images, 20);
            float[][] made = ours.run(images, 20);
            for (int i = 0; i < 20; i++) {
                assertThat(made[i]).containsExactly(expected[i], within(1e-4f));
            }
        }
    }

    @Test
    void bringsAMobileNetWithEveryPrunableGroup() {
        KerasModel keras = KerasModel.read(model("mlperf-tiny-vww96.h5"));
        assertThat(keras.difference()).isLessThan(1e-5);
        assertThat(keras.inputDims()).containsExactly(96, 96, 3);
        Graph graph = OnnxReader.read(keras.onnx());
        assertThat(DependencyGroups.of(graph).prunable()).hasSize(14);
        assertThat(graph.nodes()).noneMatch(node -> node.is("Transpose"));
    }

    private static Path model(String name) {
        return RealData.file("models", name);
    }
}
