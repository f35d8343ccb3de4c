package io.espalier.pruning.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An immutable constant: weights in float32, shapes and axes in int64, other element types carried along as bytes.
 *
 * <p>Elements lie in row-major order. Arrays are copied on the way in and on the way out.
 */
public final class Tensor {
    private final ElementType type;
    private final Shape shape;
    /** Stands for elements that nobody may ask for. */
    private static final Object HOLLOW = new Object();

    /** float[] for FLOAT, long[] for INT64 and INT32, byte[] (little endian) for every other type; or {@link #HOLLOW}. */
    private final Object data;

    private Tensor(ElementType type, Shape shape, Object data, long length) {
        if (shape.isBatched() || shape.dims().contains(Shape.BATCH)) {
            throw new InvalidModelException("A constant cannot have a symbolic batch: " + shape);
        }
        if (shape.elements() != length) {
            throw new InvalidModelException("A tensor of shape " + shape + " needs " + shape.elements()
                    + " elements but " + length + " were given.");
        }
        this.type = type;
        this.shape = shape;
        this.data = data;
    }

    public static Tensor ofFloats(float[] values, int... dims) {
        return ofFloats(values, Shape.of(dims));
    }

    public static Tensor ofFloats(float[] values, Shape shape) {
        return new Tensor(ElementType.FLOAT, shape, values.clone(), values.length);
    }

    /** An int64 tensor. */
    public static Tensor ofLongs(long[] values, int... dims) {
        return new Tensor(ElementType.INT64, Shape.of(dims), values.clone(), values.length);
    }

    /** An int64 vector, the form in which ONNX takes shapes, axes and pads. */
    public static Tensor vector(long... values) {
        return ofLongs(values, values.length);
    }

    /** An int64 or int32 tensor. */
    public static Tensor ofIntegers(ElementType type, long[] values, Shape shape) {
        if (type != ElementType.INT64 && type != ElementType.INT32) {
            throw new IllegalArgumentException(type + " is not int64 or int32");
        }
        return new Tensor(type, shape, values.clone(), values.length);
    }

    /** A tensor of any type from its little-endian bytes. */
    public static Tensor ofBytes(ElementType type, byte[] bytes, Shape shape) {
        if (shape.elements() * type.sizeBytes() != bytes.length) {
            throw new InvalidModelException("A " + type + " tensor of shape " + shape + " needs "
                    + shape.elements() * type.sizeBytes() + " bytes but has " + bytes.length + ".");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.length / type.sizeBytes();
        Object data;
        switch (type) {
            case FLOAT -> {
                float[] floats = new float[length];
                buffer.asFloatBuffer().get(floats);
                data = floats;
            }
            case INT64 -> {
                long[] longs = new long[length];
                buffer.asLongBuffer().get(longs);
                data = longs;
            }
            case INT32 -> {
                long[] longs = new long[length];
                for (int i = 0; i < length; i++) {
                    longs[i] = buffer.getInt(i * Integer.BYTES);
                }
                data = longs;
            }
            default -> data = bytes.clone();
        }
        return new Tensor(type, shape, data, length);
    }

    /**
     * A tensor of the same type and shape that takes no room: what weights cost can be told without them. Asking for its
     * elements is an error; selecting from it gives another of its kind.
     */
    public Tensor hollow() {
        return new Tensor(type, shape, HOLLOW, elements());
    }

    public ElementType type() {
        return type;
    }

    public Shape shape() {
        return shape;
    }

    public int elements() {
        return (int) shape.elements();
    }

    public long sizeBytes() {
        return shape.elements() * type.sizeBytes();
    }

    /** Whether the elements are int64 or int32. */
    public boolean isInteger() {
        return type == ElementType.INT64 || type == ElementType.INT32;
    }

    public boolean isFloat() {
        return type == ElementType.FLOAT;
    }

    /** A copy of the float elements. */
    public float[] floats() {
        return floatData().clone();
    }

    /** The float element at a row-major index. */
    public float at(int index) {
        return floatData()[index];
    }

    /** A copy of the elements of an int64 or int32 tensor. */
    public long[] longs() {
        requireElements();
        if (data instanceof long[] longs) {
            return longs.clone();
        }
        throw new InvalidModelException("A tensor of " + type + " stands where integers are needed.");
    }

    /** The elements as little-endian bytes. */
    public byte[] bytes() {
        if (data instanceof byte[] bytes) {
            return bytes.clone();
        }
        requireElements();
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(sizeBytes())).order(ByteOrder.LITTLE_ENDIAN);
        if (data instanceof float[] floats) {
            buffer.asFloatBuffer().put(floats);
        } else if (type == ElementType.INT64) {
            buffer.asLongBuffer().put((long[]) data);
        } else {
            for (long value : (long[]) data) {
                buffer.putInt((int) value);
            }
        }
        return buffer.array();
    }

    /**
     * The tensor that holds only the given positions of one axis, in the given order.
     *
     * <p>Cost: one copy of what is kept.
     */
    public Tensor select(int axis, int[] positions) {
        int a = shape.axis(axis);
        if (data == HOLLOW) {
            Shape selected = shape.with(a, positions.length);
            return new Tensor(type, selected, HOLLOW, selected.elements());
        }
        int outer = (int) shape.elements(0, a);
        int extent = shape.dim(a);
        int inner = (int) shape.elements(a + 1, shape.rank());
        int unit = data instanceof byte[] ? inner * type.sizeBytes() : inner;
        Object target = newArray(Math.multiplyExact(Math.multiplyExact(outer, positions.length), unit));
        for (int o = 0; o < outer; o++) {
            for (int p = 0; p < positions.length; p++) {
                int from = Math.multiplyExact(o * extent + positions[p], unit);
                System.arraycopy(data, from, target, (o * positions.length + p) * unit, unit);
            }
        }
        Shape selected = shape.with(a, positions.length);
        return new Tensor(type, selected, target, selected.elements());
    }

    /** A tensor of the elements at these row-major indices. */
    public Tensor gathered(int[] indices, Shape other) {
        requireElements();
        int unit = data instanceof byte[] ? type.sizeBytes() : 1;
        Object target = newArray(Math.multiplyExact(indices.length, unit));
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(data, indices[i] * unit, target, i * unit, unit);
        }
        return new Tensor(type, other, target, indices.length);
    }

    /** The same elements under another shape. */
    public Tensor reshaped(Shape other) {
        return new Tensor(type, other, data, elements());
    }

    /** Equal type, shape and elements, bit for bit. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor
                && type == tensor.type
                && shape.equals(tensor.shape)
                && Arrays.equals(bytes(), tensor.bytes());
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(bytes());
    }

    @Override
    public String toString() {
        return type + shape.toString();
    }

    private void requireElements() {
        if (data == HOLLOW) {
            throw new IllegalStateException("The elements of a hollow tensor " + this + " were asked for");
        }
    }

    private float[] floatData() {
        requireElements();
        if (data instanceof float[] floats) {
            return floats;
        }
        throw new InvalidModelException("A tensor of " + type + " stands where float32 is needed.");
    }

    private Object newArray(int length) {
        if (data instanceof float[]) {
            return new float[length];
        }
        return data instanceof long[] ? new long[length] : new byte[length];
    }
}
