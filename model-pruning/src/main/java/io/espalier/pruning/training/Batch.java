package io.espalier.pruning.training;

/**
 * Model input, channel first, and targets of some images.
 *
 * <p>The arrays are written again and again.
 */
@SuppressWarnings("ArrayRecordComponent")
record Batch(float[] values, float[] targets) {}
