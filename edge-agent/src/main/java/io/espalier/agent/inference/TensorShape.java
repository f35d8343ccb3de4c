package io.espalier.agent.inference;

import java.util.Arrays;
import java.util.List;

/** Dimensions of one tensor, the batch of 1 included. */
public record TensorShape(List<Long> dimensions) {
    private static final long MOST_ELEMENTS = 64L << 20;

    public TensorShape {
        dimensions = List.copyOf(dimensions);
        long elements = 1;
        for (long dimension : dimensions) {
            if (dimension < 1 || elements > MOST_ELEMENTS / dimension) {
                throw new IllegalArgumentException(
                        "Shape " + dimensions + " is not usable: every dimension must be fixed,"
                                + " and all together at most " + MOST_ELEMENTS + " elements");
            }
            elements *= dimension;
        }
    }

    /** An open first dimension (the batch) becomes 1. */
    static TensorShape withBatchOfOne(long[] declared) {
        long[] dimensions = declared.clone();
        if (dimensions.length > 0 && dimensions[0] < 1) {
            dimensions[0] = 1;
        }
        return new TensorShape(Arrays.stream(dimensions).boxed().toList());
    }

    public int elements() {
        return (int) dimensions.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    }

    long[] toArray() {
        return dimensions.stream().mapToLong(Long::longValue).toArray();
    }
}
