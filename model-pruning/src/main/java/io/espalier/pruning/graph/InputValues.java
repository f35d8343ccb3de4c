package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The input values that a network of dense layers reads: it can be made to read fewer, picked by a Gather that stays in the
 * network, so callers go on giving whole samples.
 *
 * <p>Such a network flattens its input and gives it to dense layers only; a Gather between them is from an earlier cut.
 */
public final class InputValues {
    private final Graph graph;
    private final String flat;
    private final String picked;
    private final int[] read;

    private InputValues(Graph graph, String flat, String picked, int[] read) {
        this.graph = graph;
        this.flat = flat;
        this.picked = picked;
        this.read = read;
    }

    /** Errors: {@link InvalidModelException} where something else than dense layers reads the input. */
    public static InputValues of(Graph graph) {
        String flat = graph.onlyInput().name();
        Shapes shapes = Shapes.infer(graph);
        if (shapes.of(flat).rank() != 2) {
            flat = onlyReader(graph, flat, "Flatten", "Reshape").output();
        }
        if (shapes.of(flat).rank() != 2) {
            throw new InvalidModelException("The input is not read as one row of values a sample.");
        }
        String picked = flat;
        int[] read = IntStream.range(0, shapes.of(flat).dim(1)).toArray();
        if (graph.consumers(flat).size() == 1 && graph.consumers(flat).get(0).is("Gather")) {
            Node gather = graph.consumers(flat).get(0);
            picked = gather.output();
            read = Arrays.stream(graph.constant(gather.inputs().get(1)).longs())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
        for (Node reader : graph.consumers(picked)) {
            if (!reader.is("Gemm") || reader.intAttribute("transA", 0) != 0) {
                throw new InvalidModelException(
                        reader.label() + " reads the input: only values that dense layers read can be left out.");
            }
        }
        return new InputValues(graph, flat, picked, read);
    }

    private static Node onlyReader(Graph graph, String tensor, String... types) {
        List<Node> readers = graph.consumers(tensor);
        if (readers.size() != 1 || !Arrays.asList(types).contains(readers.get(0).opType())) {
            throw new InvalidModelException(
                    "The input is not flattened at once: only values that dense layers read can be left out.");
        }
        return readers.get(0);
    }

    /** Positions of the values read, in the flattened input. */
    public int[] read() {
        return read.clone();
    }

    /**
     * Squares of the weights on each value read, summed over all dense layers.
     *
     * <p>Shape: one number for each of {@link #read}.
     */
    public double[] squaredWeights() {
        double[] sums = new double[read.length];
        for (Node reader : graph.consumers(picked)) {
            Tensor weights = weights(reader);
            int axis = inputAxis(reader);
            int outputs = weights.shape().dim(1 - axis);
            for (int i = 0; i < read.length; i++) {
                for (int o = 0; o < outputs; o++) {
                    double weight = weights.at(axis == 1 ? o * read.length + i : i * outputs + o);
                    sums[i] += weight * weight;
                }
            }
        }
        return sums;
    }

    /**
     * The network that reads some of these values only.
     *
     * @param kept indices into {@link #read}
     */
    public Graph keeping(int[] kept) {
        GraphBuilder builder = graph.toBuilder();
        String name = builder.unusedTensor("input_picked");
        String positions = builder.unusedTensor("input_positions");
        builder.initializer(
                positions,
                Tensor.vector(Arrays.stream(kept).mapToLong(i -> read[i]).toArray()));
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!picked.equals(flat) && node.output().equals(picked)) {
                continue;
            }
            if (!node.is("Gemm") || !node.input().equals(picked)) {
                nodes.add(node);
                continue;
            }
            if (nodes.stream().noneMatch(each -> each.output().equals(name))) {
                nodes.add(Node.of(name, "Gather", List.of(flat, positions), name, Map.of("axis", Attribute.of(1))));
            }
            String cut = builder.unusedTensor(node.inputs().get(1) + "_cut");
            builder.initializer(cut, weights(node).select(inputAxis(node), kept));
            List<String> inputs = new ArrayList<>(node.inputs());
            inputs.set(0, name);
            inputs.set(1, cut);
            nodes.add(node.withInputs(inputs));
        }
        return builder.nodes(nodes).dropUnusedInitializers().build();
    }

    private Tensor weights(Node dense) {
        return graph.constant(dense.inputs().get(1));
    }

    private static int inputAxis(Node dense) {
        return dense.intAttribute("transB", 0) == 1 ? 1 : 0;
    }
}
