package io.espalier.pruning.keras;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a Keras layer makes, and how the graph holds it: channels first. Two things are put off until somebody needs them, since a
 * convolution can pad by itself and the weights behind a Flatten can be sorted instead of the features.
 *
 * @param tensor its name in the graph
 * @param dims of one sample as Keras sees it, channels last, padding counted
 * @param pads zeros still to be put around it: top, bottom, left, right; null for none
 * @param flattened dims, channels last, of the image whose values this vector holds channels first; null for none
 */
@SuppressWarnings("ArrayRecordComponent")
record Value(String tensor, int[] dims, int @Nullable [] pads, int @Nullable [] flattened) {
    static Value of(String tensor, int... dims) {
        return new Value(tensor, dims, null, null);
    }

    boolean isImage() {
        return dims.length == 3;
    }

    int channels() {
        return dims[dims.length - 1];
    }

    Value named(String other) {
        return new Value(other, dims, pads, flattened);
    }

    boolean isPlain() {
        return pads == null && flattened == null;
    }

    int elements() {
        return Arrays.stream(dims).reduce(1, Math::multiplyExact);
    }
}
