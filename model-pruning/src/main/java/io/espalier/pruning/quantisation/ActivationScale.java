package io.espalier.pruning.quantisation;

/**
 * How the values of an activation become unsigned bytes: {@code q = round(x / scale) + zeroPoint}, clamped to 0..255.
 *
 * <p>Unsigned and asymmetric, because most activations come out of a ReLU: with the zero point at 0 all 256 integers
 * are left to what is positive, and clamping is the ReLU.
 *
 * <p>Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference", section 2.1; rounding half to even as ONNX's QuantizeLinear defines it.
 */
record ActivationScale(float scale, int zeroPoint) {
    static final int LEVELS = 255;

    ActivationScale {
        if (!(scale > 0 && Float.isFinite(scale)) || zeroPoint < 0 || zeroPoint > LEVELS) {
            throw new IllegalArgumentException(
                    "Scale " + scale + " must be positive and zero point " + zeroPoint + " between 0 and " + LEVELS);
        }
    }

    /** A tensor that is always zero has the scale 1: any would do. */
    static ActivationScale of(Range range) {
        float scale = range.width() / LEVELS;
        if (scale < Float.MIN_NORMAL) {
            return new ActivationScale(1, 0);
        }
        return new ActivationScale(scale, (int) Math.rint(-range.low() / scale));
    }
}
