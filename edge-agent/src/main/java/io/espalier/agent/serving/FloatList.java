package io.espalier.agent.serving;

import java.nio.FloatBuffer;
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

    /** Adds all that is left of {@code more}, to at most {@code most}; false where there is no room for it. */
    boolean addAll(FloatBuffer more, int most) {
        int added = more.remaining();
        if (added > most - size) {
            return false;
        }
        if (added > values.length - size) {
            values = Arrays.copyOf(values, size + added);
        }
        more.get(values, size, added);
        size += added;
        return true;
    }

    float get(int index) {
        return values[index];
    }

    /** Copies {@code count} values from {@code from} on to the beginning of {@code target}. */
    void copy(int from, int count, FloatBuffer target) {
        target.put(0, values, from, count);
    }

    int size() {
        return size;
    }
}
