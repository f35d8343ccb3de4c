package io.espalier.agent.serving;

import java.util.Arrays;

/** Floats in the order they came, without boxing. */
final class FloatList {
    private static final int FIRST_CAPACITY = 1024;

    private float[] values = new float[FIRST_CAPACITY];
    private int size;

    /** Adds a value to at most {@code most}; false where there is no room for it. */
    boolean add(float value, int most) {
        if (size >= most) {
            return false;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, (int) Math.min(most, 2L * size));
        }
        values[size++] = value;
        return true;
    }

    float get(int index) {
        return values[index];
    }

    int size() {
        return size;
    }
}
