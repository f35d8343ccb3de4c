package io.espalier.pruning.sparsity;

import java.util.BitSet;

/** Which elements of one constant, in row-major order, are held at zero. */
public final class Mask {
    private final int length;
    private final BitSet zeros;

    /**
     * A mask over {@code length} elements.
     *
     * @param zeros the elements held at zero
     */
    public Mask(int length, BitSet zeros) {
        if (zeros.length() > length) {
            throw new IllegalArgumentException(
                    "Element " + (zeros.length() - 1) + " is to be zero, but there are only " + length + ".");
        }
        this.length = length;
        this.zeros = (BitSet) zeros.clone();
    }

    public int length() {
        return length;
    }

    /** How many elements are held at zero. */
    public int zeros() {
        return zeros.cardinality();
    }

    public boolean isZero(int index) {
        return zeros.get(index);
    }

    /** 0 for elements held at zero and 1 for the others. */
    public float[] factors() {
        float[] factors = new float[length];
        for (int i = 0; i < length; i++) {
            factors[i] = zeros.get(i) ? 0 : 1;
        }
        return factors;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask && length == mask.length && zeros.equals(mask.zeros);
    }

    @Override
    public int hashCode() {
        return zeros.hashCode();
    }
}
