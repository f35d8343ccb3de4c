package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small integer tensor known while reading: a shape or a part of one. */
final class IntegerValue {
    private static final int MAX_LENGTH = 64;

    private final long[] numbers;
    private final boolean scalar;
    private final boolean batch;

    private IntegerValue(long[] numbers, boolean scalar, boolean batch) {
        this.numbers = numbers;
        this.scalar = scalar;
        this.batch = batch;
    }

    long[] numbers() {
        return numbers.clone();
    }

    boolean isScalar() {
        return scalar;
    }

    /** Whether the first number is the symbolic batch. */
    boolean hasBatch() {
        return batch;
    }

    static Optional<IntegerValue> of(Tensor tensor) {
        boolean integers = tensor.type() == ElementType.INT64 || tensor.type() == ElementType.INT32;
        return integers && tensor.shape().rank() <= 1 && tensor.elements() <= MAX_LENGTH
                ? Optional.of(new IntegerValue(tensor.longs(), tensor.shape().rank() == 0, false))
                : Optional.empty();
    }

    /** What a node computes, where it computes with shapes. */
    static Optional<IntegerValue> evaluate(Node node, Optional<Shape> input, Map<String, IntegerValue> values) {
        if (node.is("Shape")) {
            return input.flatMap(shape -> shapeOf(node, shape));
        }
        List<IntegerValue> operands = new ArrayList<>();
        for (String name : node.inputs()) {
            IntegerValue value = values.get(name);
            if (value == null) {
                return Optional.empty();
            }
            operands.add(value);
        }
        if (operands.isEmpty()) {
            return Optional.empty();
        }
        IntegerValue first = operands.get(0);
        return switch (node.opType()) {
            case "Cast", "Identity" -> Optional.of(first);
            case "Unsqueeze" ->
                first.scalar ? Optional.of(new IntegerValue(first.numbers, false, first.batch)) : Optional.empty();
            case "Squeeze" ->
                first.numbers.length == 1
                        ? Optional.of(new IntegerValue(first.numbers, true, first.batch))
                        : Optional.empty();
            case "Gather" -> gather(first, operands.get(1));
            case "Concat" -> concat(operands);
            case "Mul", "Add", "Sub", "Div" -> arithmetic(node, first, operands.get(1));
            default -> Optional.empty();
        };
    }

    private static Optional<IntegerValue> shapeOf(Node node, Shape shape) {
        int rank = shape.rank();
        int start = bound(node.intAttribute("start", 0), rank);
        int end = Math.max(start, bound(node.intAttribute("end", rank), rank));
        long[] dims = shape.dims().subList(start, end).stream()
                .mapToLong(Integer::longValue)
                .toArray();
        return Optional.of(new IntegerValue(dims, false, start == 0 && end > 0 && shape.isBatched()));
    }

    private static int bound(long position, int rank) {
        return (int) Math.max(0, Math.min(rank, position < 0 ? position + rank : position));
    }

    private static Optional<IntegerValue> gather(IntegerValue from, IntegerValue indices) {
        long[] picked = new long[indices.numbers.length];
        boolean batch = false;
        for (int i = 0; i < picked.length; i++) {
            long index = indices.numbers[i] < 0 ? indices.numbers[i] + from.numbers.length : indices.numbers[i];
            if (index < 0 || index >= from.numbers.length || (index == 0 && from.batch && i > 0)) {
                return Optional.empty();
            }
            picked[i] = from.numbers[(int) index];
            batch |= index == 0 && from.batch;
        }
        return Optional.of(new IntegerValue(picked, indices.scalar, batch));
    }

    private static Optional<IntegerValue> concat(List<IntegerValue> parts) {
        boolean batchOnlyFirst = parts.stream().skip(1).noneMatch(part -> part.batch);
        long[] joined = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.numbers))
                .toArray();
        return batchOnlyFirst && joined.length <= MAX_LENGTH
                ? Optional.of(new IntegerValue(joined, false, parts.get(0).batch))
                : Optional.empty();
    }

    private static Optional<IntegerValue> arithmetic(Node node, IntegerValue a, IntegerValue b) {
        if (a.batch || b.batch || a.numbers.length != 1 || b.numbers.length != 1) {
            return Optional.empty();
        }
        long x = a.numbers[0];
        long y = b.numbers[0];
        if (node.is("Div") && y == 0) {
            return Optional.empty();
        }
        long result = node.is("Mul") ? x * y : node.is("Add") ? x + y : node.is("Sub") ? x - y : x / y;
        return Optional.of(new IntegerValue(new long[] {result}, a.scalar && b.scalar, false));
    }
}
