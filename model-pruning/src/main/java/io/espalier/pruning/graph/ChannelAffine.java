package io.espalier.pruning.graph;

import java.util.Arrays;
import java.util.Optional;

/**
 * The map {@code y = s[c] * x + t[c]} on the channels (axis 1) of a tensor.
 *
 * <p>A batch normalisation is one with {@code s = gamma / sqrt(var + epsilon)} and {@code t = beta - s * mean}; Mul, Div,
 * Add and Sub with a constant per channel, or with one number, are others.
 *
 * @param input the tensor it is applied to
 * @param scale {@code s}, one per channel
 * @param shift {@code t}, one per channel
 */
record ChannelAffine(String input, double[] scale, double[] shift) {

    /** The map that a node computes of one tensor, if it is one. */
    static Optional<ChannelAffine> of(Graph graph, Node node, Shapes shapes) {
        Optional<ChannelAffine> affine = switch (node.opType()) {
            case "BatchNormalization" -> ofBatchNorm(graph, node);
            case "Mul", "Div", "Add", "Sub" -> ofArithmetic(graph, node, shapes);
            default -> Optional.empty();
        };
        return affine.filter(ChannelAffine::isFinite);
    }

    private static Optional<ChannelAffine> ofBatchNorm(Graph graph, Node norm) {
        boolean atInference = norm.is("BatchNormalization")
                && norm.inputs().size() == 5
                && norm.intAttribute("training_mode", 0) == 0
                && norm.outputs().stream().skip(1).allMatch(String::isEmpty)
                && norm.inputs().stream()
                        .skip(1)
                        .allMatch(operand -> graph.initializer(operand)
                                .filter(Tensor::isFloat)
                                .isPresent());
        if (!atInference) {
            return Optional.empty();
        }
        float[] gamma = graph.constant(norm.inputs().get(1)).floats();
        float[] beta = graph.constant(norm.inputs().get(2)).floats();
        float[] mean = graph.constant(norm.inputs().get(3)).floats();
        float[] variance = graph.constant(norm.inputs().get(4)).floats();
        double epsilon = norm.floatAttribute("epsilon", 1e-5f);
        double[] scale = new double[gamma.length];
        double[] shift = new double[gamma.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = gamma[c] / Math.sqrt(variance[c] + epsilon);
            shift[c] = beta[c] - scale[c] * mean[c];
        }
        return Optional.of(new ChannelAffine(norm.input(), scale, shift));
    }

    private static Optional<ChannelAffine> ofArithmetic(Graph graph, Node node, Shapes shapes) {
        if (!node.domain().isEmpty() || node.inputs().size() != 2) {
            return Optional.empty();
        }
        int constant = graph.initializer(node.input()).isPresent() ? 0 : 1;
        Optional<Shape> shape = shapes.find(node.inputs().get(1 - constant));
        Optional<Tensor> operand = graph.constantInput(node, constant).filter(Tensor::isFloat);
        boolean sameShape = shape.isPresent() && shape.get().rank() > 1 && shape.equals(shapes.find(node.output()));
        if (!sameShape || operand.isEmpty() || !isPerChannel(operand.get().shape(), shape.get())) {
            return Optional.empty();
        }
        int channels = shape.get().dim(1);
        double[] values = new double[channels];
        Arrays.setAll(values, c -> operand.get().at(operand.get().elements() == 1 ? 0 : c));
        return of(node, constant, values);
    }

    private static Optional<ChannelAffine> of(Node node, int constant, double[] values) {
        String input = node.inputs().get(1 - constant);
        double[] ones = filled(values.length, 1);
        double[] zeros = filled(values.length, 0);
        return switch (node.opType()) {
            case "Mul" -> Optional.of(new ChannelAffine(input, values, zeros));
            case "Add" -> Optional.of(new ChannelAffine(input, ones, values));
            case "Sub" ->
                Optional.of(
                        constant == 0
                                ? new ChannelAffine(input, filled(values.length, -1), values)
                                : new ChannelAffine(
                                        input,
                                        ones,
                                        Arrays.stream(values).map(v -> -v).toArray()));
            default ->
                constant == 0
                        ? Optional.empty()
                        : Optional.of(new ChannelAffine(
                                input, Arrays.stream(values).map(v -> 1 / v).toArray(), zeros));
        };
    }

    /** Whether a constant varies along axis 1 of what it is combined with and nowhere else. */
    private static boolean isPerChannel(Shape constant, Shape shape) {
        int axis = 1 - (shape.rank() - constant.rank());
        return constant.elements() == 1
                || (axis >= 0 && constant.dim(axis) == shape.dim(1) && constant.elements() == shape.dim(1));
    }

    /** The weights of a layer whose outputs lie on this axis, so that the layer computes the map of its outputs. */
    Tensor scaled(Tensor weights, int axis) {
        float[] values = weights.floats();
        int inner = (int) weights.shape().elements(axis + 1, weights.shape().rank());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale[i / inner % scale.length]);
        }
        return Tensor.ofFloats(values, weights.shape());
    }

    /** The map of one value per channel. */
    float[] applied(float[] bias) {
        float[] mapped = new float[bias.length];
        for (int c = 0; c < mapped.length; c++) {
            mapped[c] = (float) (scale[c] * bias[c] + shift[c]);
        }
        return mapped;
    }

    private boolean isFinite() {
        return Arrays.stream(scale).allMatch(Double::isFinite)
                && Arrays.stream(shift).allMatch(Double::isFinite);
    }

    private static double[] filled(int length, double value) {
        double[] array = new double[length];
        Arrays.fill(array, value);
        return array;
    }
}
