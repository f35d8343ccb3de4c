package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Folds batch normalisations into the convolution or dense layer before them, and likewise the Mul, Div, Add and Sub with
 * constants per channel that exporters write in their place.
 *
 * <p>At inference each is the affine map {@code y = s * x + t} per channel (see {@link ChannelAffine}); a layer with
 * weights {@code W} and bias {@code b} in front of it becomes {@code W' = s * W}, {@code b' = s * b + t}. That is exact up
 * to rounding (done in double precision). It is legal where nothing else reads the layer's output or shares its weights.
 *
 * <p>Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference", section 3.2.
 */
public final class BatchNormFolding {
    private final Graph graph;
    private final GraphBuilder builder;
    private final Shapes shapes;
    /** The layers that things may be folded into, as they are by now, by the tensor they make. */
    private final Map<String, Node> layers = new HashMap<>();

    private BatchNormFolding(Graph graph) {
        this.graph = graph;
        this.builder = graph.toBuilder();
        this.shapes = Shapes.infer(graph);
    }

    /** The same function with every foldable batch normalisation gone; the layers keep their names. */
    public static Graph fold(Graph graph) {
        return new BatchNormFolding(graph).folded();
    }

    private Graph folded() {
        Map<String, Node> current = new HashMap<>();
        Set<String> gone = new HashSet<>();
        for (Node node : graph.nodes()) {
            Optional<ChannelAffine> affine = ChannelAffine.of(graph, node, shapes);
            Node layer = affine.map(map -> layers.get(map.input())).orElse(null);
            if (layer != null && affine.isPresent() && isReadOnce(affine.get().input())) {
                Node absorbing = absorbing(layer, affine.get(), node.output());
                layers.put(node.output(), absorbing);
                current.put(layer.name(), absorbing);
                gone.add(node.name());
            } else if ((node.is("Conv") || node.is("Gemm")) && hasOwnFloatWeights(node)) {
                layers.put(node.output(), node);
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!gone.contains(node.name())) {
                nodes.add(current.getOrDefault(node.name(), node));
            }
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private boolean isReadOnce(String tensor) {
        return graph.consumers(tensor).size() == 1 && !graph.isOutput(tensor);
    }

    private boolean hasOwnFloatWeights(Node layer) {
        for (int i = 1; i < layer.inputs().size(); i++) {
            String tensor = layer.inputs().get(i);
            boolean own = tensor.isEmpty()
                    || (graph.initializer(tensor).filter(Tensor::isFloat).isPresent()
                            && graph.consumers(tensor).size() == 1
                            && !graph.isOutput(tensor));
            if (!own) {
                return false;
            }
        }
        boolean plain = layer.floatAttribute("alpha", 1) == 1 && layer.floatAttribute("beta", 1) == 1;
        boolean vectorBias = graph.constantInput(layer, 2)
                .map(bias -> bias.elements()
                        == graph.constant(layer.inputs().get(1)).shape().dim(channelAxis(layer)))
                .orElse(true);
        return plain && vectorBias;
    }

    private Node absorbing(Node layer, ChannelAffine affine, String output) {
        String weightsName = layer.inputs().get(1);
        Tensor weights = constant(weightsName);
        int axis = channelAxis(layer);
        builder.initializer(weightsName, affine.scaled(weights, axis));
        int channels = weights.shape().dim(axis);
        float[] bias = layer.input(2).map(name -> constant(name).floats()).orElseGet(() -> new float[channels]);
        String biasName = layer.input(2).orElseGet(() -> builder.unusedTensor(layer.name() + "_bias"));
        builder.initializer(biasName, Tensor.ofFloats(affine.applied(bias), channels));
        return layer.withInputs(List.of(layer.input(), weightsName, biasName)).withOutputs(List.of(output));
    }

    /** The constant as it is by now. */
    private Tensor constant(String name) {
        return Objects.requireNonNull(builder.initializers.get(name));
    }

    private static int channelAxis(Node layer) {
        return layer.is("Gemm") && layer.intAttribute("transB", 0) == 0 ? 1 : 0;
    }
}
