package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folds batch normalisations into the convolution or dense layer before them.
 *
 * <p>At inference a batch normalisation is the affine map {@code y = s * x + (beta - s * mean)} per channel, with
 * {@code s = gamma / sqrt(var + epsilon)}; a layer with weights {@code W} and bias {@code b} in front of it becomes
 * {@code W' = s * W}, {@code b' = s * (b - mean) + beta}. That is exact up to rounding (done in double precision). It is
 * legal where nothing else reads the layer's output or shares its weights.
 *
 * <p>Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference", section 3.2.
 */
public final class BatchNormFolding {
    private BatchNormFolding() {}

    /** The same function with every foldable batch normalisation gone; the layers keep their names. */
    public static Graph fold(Graph graph) {
        Map<String, Node> replaced = new HashMap<>();
        Set<String> removed = new HashSet<>();
        GraphBuilder builder = graph.toBuilder();
        for (Node norm : graph.nodes()) {
            Optional<Node> layer = foldableLayer(graph, norm);
            if (layer.isPresent()) {
                replaced.put(layer.get().name(), folded(graph, layer.get(), norm, builder));
                removed.add(norm.name());
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!removed.contains(node.name())) {
                nodes.add(replaced.getOrDefault(node.name(), node));
            }
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private static Optional<Node> foldableLayer(Graph graph, Node norm) {
        boolean atInference = norm.is("BatchNormalization")
                && norm.intAttribute("training_mode", 0) == 0
                && norm.outputs().stream().skip(1).allMatch(String::isEmpty)
                && norm.inputs().stream().skip(1).allMatch(graph.initializers()::containsKey);
        if (!atInference) {
            return Optional.empty();
        }
        return graph.producer(norm.input())
                .filter(layer -> layer.is("Conv") || layer.is("Gemm"))
                .filter(layer -> graph.consumers(layer.output()).size() == 1 && !graph.isOutput(layer.output()))
                .filter(layer -> hasOwnFloatWeights(graph, layer));
    }

    private static boolean hasOwnFloatWeights(Graph graph, Node layer) {
        for (int i = 1; i < layer.inputs().size(); i++) {
            String tensor = layer.inputs().get(i);
            boolean own = tensor.isEmpty()
                    || (graph.initializer(tensor).filter(Tensor::isFloat).isPresent()
                            && graph.consumers(tensor).size() == 1);
            if (!own) {
                return false;
            }
        }
        boolean plain = layer.floatAttribute("alpha", 1) == 1 && layer.floatAttribute("beta", 1) == 1;
        boolean vectorBias = graph.constantInput(layer, 2)
                .map(bias -> bias.elements() == channels(graph, layer))
                .orElse(true);
        return plain && vectorBias;
    }

    private static Node folded(Graph graph, Node layer, Node norm, GraphBuilder builder) {
        float[] gamma = graph.constant(norm.inputs().get(1)).floats();
        float[] beta = graph.constant(norm.inputs().get(2)).floats();
        float[] mean = graph.constant(norm.inputs().get(3)).floats();
        float[] variance = graph.constant(norm.inputs().get(4)).floats();
        double epsilon = norm.floatAttribute("epsilon", 1e-5f);
        int channels = channels(graph, layer);
        double[] scale = new double[channels];
        float[] bias = graph.constantInput(layer, 2).map(Tensor::floats).orElseGet(() -> new float[channels]);
        for (int c = 0; c < channels; c++) {
            scale[c] = gamma[c] / Math.sqrt(variance[c] + epsilon);
            bias[c] = (float) (scale[c] * ((double) bias[c] - mean[c]) + beta[c]);
        }
        String weightsName = layer.inputs().get(1);
        Tensor weights = graph.constant(weightsName);
        builder.initializer(weightsName, scaled(weights, channelAxis(layer), scale));
        String biasName = layer.input(2).orElseGet(() -> builder.unusedTensor(layer.name() + "_bias"));
        builder.initializer(biasName, Tensor.ofFloats(bias, channels));
        return layer.withInputs(List.of(layer.input(), weightsName, biasName)).withOutputs(List.of(norm.output()));
    }

    private static Tensor scaled(Tensor weights, int axis, double[] scale) {
        float[] values = weights.floats();
        int inner = (int) weights.shape().elements(axis + 1, weights.shape().rank());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale[i / inner % scale.length]);
        }
        return Tensor.ofFloats(values, weights.shape());
    }

    private static int channels(Graph graph, Node layer) {
        return graph.constant(layer.inputs().get(1)).shape().dim(channelAxis(layer));
    }

    private static int channelAxis(Node layer) {
        return layer.is("Gemm") && layer.intAttribute("transB", 0) == 0 ? 1 : 0;
    }
}
