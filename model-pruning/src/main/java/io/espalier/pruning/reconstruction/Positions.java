package io.espalier.pruning.reconstruction;

/** Where a layer is applied: what it reads at each place of a sample, and where it writes. */
interface Positions {
    /** Places in one sample. */
    int count();

    /** Copies what the layer reads at a place, group after group, each in the order of its weights. */
    void read(SampleValues values, int place, double[] row);

    /** Index of an output within one sample of the layer's output tensor. */
    int outputAt(int place, int output);
}
