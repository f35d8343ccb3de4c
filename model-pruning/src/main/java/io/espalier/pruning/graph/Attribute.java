package io.espalier.pruning.graph;

import java.util.Arrays;
import java.util.List;

/** The value of an operator's attribute, by its ONNX type. */
public sealed interface Attribute {
    /** INT. */
    record IntValue(long value) implements Attribute {}

    /** FLOAT. */
    record FloatValue(float value) implements Attribute {}

    /** STRING. */
    record StringValue(String value) implements Attribute {}

    /** TENSOR. */
    record TensorValue(Tensor value) implements Attribute {}

    /** INTS. */
    record Ints(List<Long> values) implements Attribute {
        public Ints {
            values = List.copyOf(values);
        }
    }

    /** FLOATS. */
    record Floats(List<Float> values) implements Attribute {
        public Floats {
            values = List.copyOf(values);
        }
    }

    /** STRINGS. */
    record Strings(List<String> values) implements Attribute {
        public Strings {
            values = List.copyOf(values);
        }
    }

    static Attribute of(long value) {
        return new IntValue(value);
    }

    static Attribute of(float value) {
        return new FloatValue(value);
    }

    static Attribute of(String value) {
        return new StringValue(value);
    }

    static Attribute ints(int... values) {
        return new Ints(Arrays.stream(values).mapToObj(Long::valueOf).toList());
    }
}
