package io.espalier.pruning.training;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies native memory out, and leaves nothing behind that would wait for the garbage collector. */
final class Floats {
    private Floats() {}

    /** The values in row-major order. */
    static float[] of(INDArray array) {
        INDArray inOrder = array.dup('c');
        float[] values = inOrder.data().asFloat();
        if (inOrder.closeable()) { // A workspace takes back its own.
            inOrder.close();
        }
        return values;
    }
}
