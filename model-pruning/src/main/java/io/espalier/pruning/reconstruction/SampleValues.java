package io.espalier.pruning.reconstruction;

/**
 * The values of one tensor for one sample.
 *
 * @param all values of the tensor for a whole batch
 * @param from where the sample begins
 */
@SuppressWarnings("ArrayRecordComponent")
record SampleValues(float[] all, int from) {
    /** The value at a row-major index within the sample. */
    float at(int index) {
        return all[from + index];
    }
}
