package io.espalier.pruning.training;

/**
 * Where a constant of the graph lives in the DL4J network.
 *
 * @param offset first value of the constant that belongs to this parameter
 * @param factor parameter = factor * constant; a power of two, so that the way back is exact
 */
record ParameterLink(String layer, String key, String constant, int offset, int length, Order order, float factor) {
    /** How the constant's values are ordered in the parameter. */
    sealed interface Order {
        /** As they are. */
        record Same() implements Order {}

        /** A matrix of {@code rows} in the constant, transposed in the parameter. */
        record Transposed(int rows) implements Order {}
    }

    ParameterLink withoutFactor() {
        return new ParameterLink(layer, key, constant, offset, length, order, 1);
    }

    /** Values of the constant, from the offset on, as the parameter has them in row-major order. */
    float[] toParameter(float[] constantValues) {
        float[] result = new float[length];
        for (int i = 0; i < length; i++) {
            result[position(i)] = constantValues[offset + i] * factor;
        }
        return result;
    }

    /** The way back of {@link #toParameter}, into the constant's values; a gradient goes back by the factor itself. */
    void toConstant(float[] parameterValues, float[] constantValues, boolean gradient) {
        for (int i = 0; i < length; i++) {
            float value = parameterValues[position(i)];
            constantValues[offset + i] = gradient ? value * factor : value / factor;
        }
    }

    private int position(int index) {
        if (order instanceof Order.Transposed transposed) {
            int columns = length / transposed.rows();
            return index % columns * transposed.rows() + index / columns;
        }
        return index;
    }
}
