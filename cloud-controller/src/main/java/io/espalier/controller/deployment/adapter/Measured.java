package io.espalier.controller.deployment.adapter;

/** Numbers that a device says it has measured: what is none would be planned with for ever. */
final class Measured {
    private Measured() {}

    /** Throws {@link IllegalArgumentException} where it is negative, infinite or no number. */
    static double atLeastZero(double value, String what) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("its " + what + " is " + value);
        }
        return value;
    }
}
