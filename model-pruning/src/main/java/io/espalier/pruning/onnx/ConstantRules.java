package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.SliceRange;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What an operator computes of known tensors: those that exporters leave behind around shapes, pads and weights. */
final class ConstantRules {
    private final Node node;
    private final List<KnownTensor> inputs;
    private final KnownTensor first;
    /** The node alone, with its inputs as constants: the rules for shapes and operands then apply as anywhere. */
    private final Graph alone;

    private ConstantRules(Node node, List<KnownTensor> inputs, Graph alone) {
        this.node = node;
        this.inputs = inputs;
        this.first = inputs.get(0);
        this.alone = alone;
    }

    /**
     * The result of a node with one output whose inputs are all known; empty where it is not one of those computed here.
     *
     * <p>Errors: {@link InvalidModelException} where the operands do not fit.
     */
    static Optional<KnownTensor> evaluate(Node node, int opset, List<KnownTensor> inputs) {
        boolean operandsAreNumbers =
                node.is("Concat") || inputs.stream().skip(1).allMatch(KnownTensor::isConstant);
        if (node.outputs().size() != 1
                || node.input(0).isEmpty()
                || !node.domain().isEmpty()
                || !operandsAreNumbers) {
            return Optional.empty();
        }
        GraphBuilder builder = new GraphBuilder("alone", opset).node(node);
        for (int i = 0; i < inputs.size(); i++) {
            KnownTensor operand = inputs.get(i);
            node.input(i).ifPresent(name -> builder.initializer(name, operand.tensor()));
        }
        return new ConstantRules(node, inputs, builder.build()).evaluate();
    }

    private Optional<KnownTensor> evaluate() {
        return switch (node.opType()) {
            case "Identity" -> Optional.of(first);
            case "Cast" -> cast();
            case "Reshape", "Squeeze", "Unsqueeze", "Flatten" -> Optional.of(first.reshaped(shape()));
            case "Transpose" -> Optional.of(transpose());
            case "Slice" -> Optional.of(slice());
            case "Gather" -> gather();
            case "Concat" -> concat();
            case "ConstantOfShape" -> constantOfShape();
            case "ReduceProd" -> product();
            case "Add", "Sub", "Mul", "Div" -> arithmetic();
            case "Sqrt", "Neg" -> function();
            default -> Optional.empty();
        };
    }

    private Shape shape() {
        return Shapes.infer(alone).of(node.output());
    }

    private Optional<KnownTensor> cast() {
        long type = node.intAttribute("to", 0);
        Tensor tensor = first.tensor();
        if (tensor.type().onnxCode() == type) {
            return Optional.of(first);
        }
        if (tensor.isInteger() && type == ElementType.INT64.onnxCode()) {
            return Optional.of(first.heldIn(Tensor.ofIntegers(ElementType.INT64, tensor.longs(), first.shape())));
        }
        if (tensor.isInteger() && type == ElementType.INT32.onnxCode()) {
            return Optional.of(first.heldIn(Tensor.ofIntegers(ElementType.INT32, tensor.longs(), first.shape())));
        }
        if (tensor.isInteger() && type == ElementType.FLOAT.onnxCode() && first.isConstant()) {
            long[] numbers = tensor.longs();
            float[] floats = new float[numbers.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = numbers[i];
            }
            return known(Tensor.ofFloats(floats, first.shape()));
        }
        return Optional.empty();
    }

    private KnownTensor transpose() {
        int[] strides = Indices.strides(first.shape());
        int[] order = Operands.permutation(node, first.shape().rank());
        Shape shape = shape();
        return first.gathered(
                Indices.walk(
                        shape,
                        0,
                        Arrays.stream(order).map(axis -> strides[axis]).toArray()),
                shape);
    }

    private KnownTensor slice() {
        SliceRange[] ranges = Operands.slices(alone, node, first.shape());
        int[] steps = Indices.strides(first.shape());
        int offset = 0;
        for (int axis = 0; axis < ranges.length; axis++) {
            offset += ranges[axis].start() * steps[axis];
            steps[axis] *= ranges[axis].step();
        }
        Shape shape = shape();
        return first.gathered(Indices.walk(shape, offset, steps), shape);
    }

    /** Along the first axis, which is where shapes are picked apart. */
    private Optional<KnownTensor> gather() {
        if (first.shape().rank() == 0 || first.shape().axis((int) node.intAttribute("axis", 0)) != 0) {
            return Optional.empty();
        }
        int rows = first.shape().dim(0);
        int row = (int) first.shape().elements(1, first.shape().rank());
        int[] picked = Arrays.stream(inputs.get(1).tensor().longs())
                .mapToInt(index -> (int) (index < 0 ? index + rows : index))
                .flatMap(index -> IntStream.range(index * row, (index + 1) * row))
                .toArray();
        return Optional.of(first.gathered(picked, shape()));
    }

    private Optional<KnownTensor> concat() {
        ElementType type = first.tensor().type();
        boolean integers = first.tensor().isInteger()
                && inputs.stream().allMatch(part -> part.tensor().type() == type);
        Shape shape = shape();
        return integers && shape.axis((int) node.intAttribute("axis", 0)) == 0
                ? Optional.of(KnownTensor.joined(inputs, shape))
                : Optional.empty();
    }

    private Optional<KnownTensor> constantOfShape() {
        if (!first.isConstant()) {
            return Optional.empty();
        }
        long[] dims = first.tensor().longs();
        if (Arrays.stream(dims).anyMatch(dim -> dim < 0 || dim > Integer.MAX_VALUE)) {
            throw new InvalidModelException(node.label() + " makes a constant of the shape " + Arrays.toString(dims));
        }
        Shape shape = new Shape(Arrays.stream(dims).mapToObj(dim -> (int) dim).toList());
        requireModest(shape);
        Tensor value = node.attributes().get("value") instanceof Attribute.TensorValue given
                ? given.value()
                : Tensor.ofFloats(new float[] {0}, 1);
        return known(value.gathered(new int[(int) shape.elements()], shape));
    }

    private Optional<KnownTensor> product() {
        boolean whole = Operands.axes(alone, node).orElse(new int[] {0}).length == 1
                && first.shape().rank() == 1
                && first.tensor().isInteger()
                && first.isConstant();
        if (!whole) {
            return Optional.empty();
        }
        long product = Arrays.stream(first.tensor().longs()).reduce(1, Math::multiplyExact);
        Shape shape = node.intAttribute("keepdims", 1) == 1 ? Shape.of(1) : Shape.of();
        return known(Tensor.ofIntegers(first.tensor().type(), new long[] {product}, shape));
    }

    private Optional<KnownTensor> arithmetic() {
        Tensor second = inputs.get(1).tensor();
        boolean alike = first.tensor().type() == second.type()
                && (second.isFloat() || second.isInteger())
                && first.isConstant();
        if (!alike) {
            return Optional.empty();
        }
        Shape shape = shape();
        requireModest(shape);
        Tensor a = broadcast(first.tensor(), shape);
        Tensor b = broadcast(second, shape);
        if (a.isFloat()) {
            float[] floats = a.floats();
            for (int i = 0; i < floats.length; i++) {
                floats[i] = combine(floats[i], b.at(i));
            }
            return known(Tensor.ofFloats(floats, shape));
        }
        long[] numbers = a.longs();
        long[] others = b.longs();
        Arrays.setAll(numbers, i -> combine(numbers[i], others[i]));
        return known(Tensor.ofIntegers(a.type(), numbers, shape));
    }

    private float combine(float a, float b) {
        return switch (node.opType()) {
            case "Add" -> a + b;
            case "Sub" -> a - b;
            case "Mul" -> a * b;
            default -> a / b;
        };
    }

    private long combine(long a, long b) {
        if (node.is("Div") && b == 0) {
            throw new InvalidModelException(node.label() + " divides by zero. Export the model again.");
        }
        return switch (node.opType()) {
            case "Add" -> a + b;
            case "Sub" -> a - b;
            case "Mul" -> a * b;
            default -> a / b;
        };
    }

    private Optional<KnownTensor> function() {
        if (!first.tensor().isFloat()) {
            return Optional.empty();
        }
        float[] floats = first.tensor().floats();
        for (int i = 0; i < floats.length; i++) {
            floats[i] = node.is("Sqrt") ? (float) Math.sqrt(floats[i]) : -floats[i];
        }
        return known(Tensor.ofFloats(floats, first.shape()));
    }

    private static Tensor broadcast(Tensor tensor, Shape shape) {
        int[] own = Indices.strides(tensor.shape());
        int missing = shape.rank() - own.length;
        int[] steps = new int[shape.rank()];
        for (int axis = missing; axis < steps.length; axis++) {
            steps[axis] = tensor.shape().dim(axis - missing) == 1 ? 0 : own[axis - missing];
        }
        return tensor.gathered(Indices.walk(shape, 0, steps), shape);
    }

    private void requireModest(Shape shape) {
        if (shape.elements() > ConstantFolding.MAX_ELEMENTS) {
            throw new InvalidModelException(node.label() + " makes a constant of the shape " + shape + "; at most "
                    + ConstantFolding.MAX_ELEMENTS + " elements are accepted.");
        }
    }

    private static Optional<KnownTensor> known(Tensor tensor) {
        return Optional.of(KnownTensor.constant(tensor));
    }
}
