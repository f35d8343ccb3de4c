package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Keras 2 model as ONNX, channels first, checked layer by layer against a computation of its own.
 *
 * @param onnx the file's bytes
 * @param layers how many layers the model has
 * @param inputDims of one sample as Keras sees it, channels last
 * @param difference the largest between both computations, of the largest value of the layer
 */
@SuppressWarnings("ArrayRecordComponent")
public record KerasModel(byte[] onnx, int layers, List<Integer> inputDims, double difference) {
    private static final long CHECK_SEED = 1;

    public KerasModel {
        inputDims = List.copyOf(inputDims);
    }

    /** Whether a file is for {@link #read} rather than for the ONNX reader. */
    public static boolean isOne(Path file) {
        return java.nio.file.Files.isRegularFile(file) && KerasFile.isHdf5(file);
    }

    /** Errors: {@link KerasException} with a message for a person. */
    public static KerasModel read(Path file) {
        KerasNetwork network;
        Map<String, Map<String, Tensor>> weights = new LinkedHashMap<>();
        try (KerasFile keras = KerasFile.open(file)) {
            network = NetworkConfig.read(keras.config(), keras.version());
            network.layers().forEach(layer -> weights.put(layer.name(), keras.weights(layer.name())));
        }
        try {
            Translation.Translated translated = Translation.of(network, weights);
            double difference = new TranslationCheck(network, weights, translated).largestDifference(CHECK_SEED);
            Graph graph = OnnxReader.read(OnnxWriter.write(translated.graph()));
            return new KerasModel(OnnxWriter.write(graph), network.layers().size(), network.inputDims(), difference);
        } catch (InvalidModelException e) {
            throw new KerasException("The model's layers do not fit together: " + e.getMessage(), e);
        }
    }
}
