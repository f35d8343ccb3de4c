package io.espalier.pruning.runtime;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network reduced to what kernels can be chosen by: operators in topological order and the values between them.
 *
 * <p>Value {@code i} is written by operator {@code i - inputs}; the first {@code inputs} values are the graph's own. What a
 * runtime removes before it starts is not there: identities, and batch normalisations that follow a convolution.
 */
public final class OperatorGraph {
    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool");
    private static final Set<String> GLOBAL_POOLS = Set.of("GlobalAveragePool", "GlobalMaxPool");
    private static final Set<String> VIEWS = Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");
    private static final Set<String> REMOVED = Set.of("Identity", "Dropout");
    private static final Set<String> ACTIVATIONS =
            Set.of("Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid", "Tanh");

    /** A tensor between operators: one sample of it. */
    record Value(long channels, long positions, int uses, boolean isOutput) {
        long elements() {
            return channels * positions;
        }
    }

    private final int inputs;
    private final List<Operator> operators;
    private final List<Value> values;

    private OperatorGraph(int inputs, List<Operator> operators, List<Value> values) {
        this.inputs = inputs;
        this.operators = List.copyOf(operators);
        this.values = List.copyOf(values);
    }

    /** Reads a graph; nodes whose results have no known shape are left out. */
    public static OperatorGraph of(Graph graph) {
        return new Reader(graph).read();
    }

    int inputs() {
        return inputs;
    }

    List<Operator> operators() {
        return operators;
    }

    Value value(int number) {
        return values.get(number);
    }

    int values() {
        return values.size();
    }

    /** The value an operator writes. */
    int written(int operator) {
        return inputs + operator;
    }

    private static final class Reader {
        private final Graph graph;
        private final Shapes shapes;
        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<Operator> operators = new ArrayList<>();
        private final List<Shape> written = new ArrayList<>();

        Reader(Graph graph) {
            this.graph = graph;
            this.shapes = Shapes.infer(graph);
        }

        OperatorGraph read() {
            graph.inputs().forEach(input -> write(input.name(), input.shape()));
            int inputs = written.size();
            for (Node node : graph.nodes()) {
                read(node);
            }
            int[] uses = new int[written.size()];
            operators.forEach(op -> op.reads().forEach(value -> uses[value]++));
            Set<Integer> outputs = new LinkedHashSet<>();
            graph.outputs().forEach(output -> find(output.name()).ifPresent(outputs::add));
            List<Value> values = new ArrayList<>();
            for (int v = 0; v < uses.length; v++) {
                values.add(
                        new Value(channels(written.get(v)), positions(written.get(v)), uses[v], outputs.contains(v)));
            }
            return new OperatorGraph(inputs, operators, values);
        }

        private void read(Node node) {
            List<Integer> reads = new ArrayList<>();
            for (String input : node.inputs()) {
                find(input).ifPresent(reads::add);
            }
            if (reads.isEmpty()) {
                return;
            }
            if (REMOVED.contains(node.opType()) || isFoldedAway(node)) {
                numbers.put(node.output(), reads.get(0));
                return;
            }
            for (String output : node.outputs()) {
                Optional<Shape> shape = shapes.find(output);
                if (shape.isPresent()) {
                    operators.add(operator(node, reads, shape.get()));
                    write(output, shape.get());
                }
            }
        }

        private boolean isFoldedAway(Node node) {
            return node.is("BatchNormalization")
                    && graph.consumers(node.input()).size() == 1
                    && graph.producer(node.input()).filter(p -> p.is("Conv")).isPresent();
        }

        private Operator operator(Node node, List<Integer> reads, Shape out) {
            Shape in = written.get(reads.get(0));
            if (node.is("Conv")) {
                Tensor weights = graph.constant(node.inputs().get(1));
                long groups = node.intAttribute("group", 1);
                return windowed(
                        Operator.Kind.CONVOLUTION,
                        reads,
                        in,
                        out,
                        weights.shape().elements(2, weights.shape().rank()),
                        groups,
                        sliding(node, in));
            }
            if (node.is("Gemm") || node.is("MatMul")) {
                long rows = Math.max(1, out.elements() / out.dim(-1));
                return new Operator(
                        Operator.Kind.MATRIX,
                        reads,
                        in.dim(-1),
                        out.dim(-1),
                        1,
                        rows,
                        rows,
                        1,
                        1,
                        Operator.Sliding.NONE);
            }
            if (POOLS.contains(node.opType())) {
                long area = Window.of(graph, node, in).taps();
                return windowed(Operator.Kind.POOL, reads, in, out, area, 1, sliding(node, in));
            }
            if (GLOBAL_POOLS.contains(node.opType())) {
                return windowed(Operator.Kind.GLOBAL_POOL, reads, in, out, positions(in), 1, Operator.Sliding.NONE);
            }
            return windowed(kind(node, reads), reads, in, out, 1, 1, Operator.Sliding.NONE);
        }

        private Operator.Kind kind(Node node, List<Integer> reads) {
            if (VIEWS.contains(node.opType())) {
                return Operator.Kind.VIEW;
            }
            if (ACTIVATIONS.contains(node.opType())) {
                return Operator.Kind.ACTIVATION;
            }
            boolean alike = reads.size() == 2
                    && written.get(reads.get(0))
                            .dims()
                            .equals(written.get(reads.get(1)).dims());
            if (node.is("Add") && alike) {
                return Operator.Kind.ADD;
            }
            return node.is("Concat") && node.intAttribute("axis", 1) == 1
                    ? Operator.Kind.CONCAT
                    : Operator.Kind.ELEMENTWISE;
        }

        private static Operator windowed(
                Operator.Kind kind,
                List<Integer> reads,
                Shape in,
                Shape out,
                long area,
                long groups,
                Operator.Sliding sliding) {
            return new Operator(
                    kind,
                    reads,
                    channels(in),
                    channels(out),
                    area,
                    positions(in),
                    positions(out),
                    out.rank() <= 2 ? 1 : out.dim(-1),
                    groups,
                    sliding);
        }

        private Operator.Sliding sliding(Node node, Shape in) {
            Window window = Window.of(graph, node, in);
            long stride = 1;
            for (int each : window.strides()) {
                stride = Math.max(stride, each);
            }
            boolean padded = false;
            for (int each : window.padsBegin()) {
                padded |= each > 0;
            }
            return new Operator.Sliding(stride, padded);
        }

        private void write(String tensor, Shape shape) {
            numbers.put(tensor, written.size());
            written.add(shape);
        }

        private Optional<Integer> find(String tensor) {
            return Optional.ofNullable(numbers.get(tensor));
        }

        private static long channels(Shape shape) {
            return shape.rank() < 2 ? 1 : shape.dim(1);
        }

        private static long positions(Shape shape) {
            return shape.rank() <= 2 ? 1 : shape.elements(2, shape.rank());
        }
    }
}
