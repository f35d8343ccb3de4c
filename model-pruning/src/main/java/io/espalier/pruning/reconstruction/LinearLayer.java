package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Conv, Gemm or MatMul as what it is at each place of a sample: a linear map per group, and an offset.
 *
 * @param weights the constant's name
 * @param bias the name of an offset that is the layer's own, one number an output
 * @param groups parts that read and write channels of their own; more than 1 in grouped and depthwise convolutions
 * @param unknowns what each output reads at a place
 * @param outputs of all groups together
 * @param outputsFirst whether the weights of one output lie side by side
 */
record LinearLayer(
        Node node,
        String weights,
        Optional<String> bias,
        int groups,
        int unknowns,
        int outputs,
        boolean outputsFirst,
        Positions positions) {

    /** Why the weights of this layer cannot be fitted on their own; empty where they can. */
    static Optional<String> obstacle(Graph graph, Node node) {
        Optional<Tensor> weights = graph.constantInput(node, 1);
        if (weights.isEmpty() || !weights.get().isFloat()) {
            return Optional.of("its weights are computed or not float32");
        }
        if (graph.consumers(node.inputs().get(1)).size() > 1) {
            return Optional.of("it shares its weights with another layer");
        }
        if (node.floatAttribute("alpha", 1) != 1
                || node.floatAttribute("beta", 1) != 1
                || node.intAttribute("transA", 0) != 0) {
            return Optional.of("it has alpha, beta or transA");
        }
        boolean matrix = !node.is("Conv") && weights.get().shape().rank() != 2;
        return matrix ? Optional.of("its weights are not a matrix") : Optional.empty();
    }

    /** The layer of a node that has no {@link #obstacle}. */
    static LinearLayer of(Graph graph, Shapes shapes, Node node) {
        String name = node.inputs().get(1);
        Shape weights = graph.constant(name).shape();
        Shape input = shapes.of(node.input());
        if (node.is("Conv")) {
            return new LinearLayer(
                    node,
                    name,
                    ownBias(graph, node, weights.dim(0)),
                    (int) node.intAttribute("group", 1),
                    (int) weights.elements(1, weights.rank()),
                    weights.dim(0),
                    true,
                    ConvolutionPositions.of(graph, node, input));
        }
        boolean outputsFirst = node.intAttribute("transB", 0) == 1;
        int inputs = weights.dim(outputsFirst ? 1 : 0);
        int outputs = weights.dim(outputsFirst ? 0 : 1);
        int rows = Math.toIntExact(input.elements() / inputs);
        return new LinearLayer(
                node,
                name,
                ownBias(graph, node, outputs),
                1,
                inputs,
                outputs,
                outputsFirst,
                new RowPositions(rows, inputs, outputs));
    }

    /** Numbers read at a place, by all groups. */
    int columns() {
        return groups * unknowns;
    }

    int outputsPerGroup() {
        return outputs / groups;
    }

    /** The graph with this layer's weights and offset changed. */
    Graph apply(Graph graph, Update update) {
        Tensor current = graph.constant(weights);
        float[] values = current.floats();
        for (int o = 0; o < outputs; o++) {
            int group = o / outputsPerGroup();
            for (int u = 0; u < unknowns; u++) {
                int at = outputsFirst ? o * unknowns + u : u * outputs + o;
                values[at] = (float) (values[at] + update.added()[group][u][o % outputsPerGroup()]);
            }
        }
        Map<String, Tensor> changed = new HashMap<>();
        changed.put(weights, Tensor.ofFloats(values, current.shape()));
        bias.ifPresent(name -> {
            float[] offset = graph.constant(name).floats();
            for (int o = 0; o < outputs; o++) {
                offset[o] = (float) (offset[o] + update.offset()[o]);
            }
            changed.put(name, Tensor.ofFloats(offset, graph.constant(name).shape()));
        });
        return graph.withInitializers(changed);
    }

    private static Optional<String> ownBias(Graph graph, Node node, int outputs) {
        return node.input(2)
                .filter(name -> graph.consumers(name).size() == 1)
                .filter(name -> graph.initializer(name)
                        .filter(value -> value.isFloat() && value.elements() == outputs)
                        .isPresent());
    }
}
