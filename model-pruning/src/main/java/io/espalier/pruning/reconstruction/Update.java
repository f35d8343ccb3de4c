package io.espalier.pruning.reconstruction;

/**
 * What is done to a layer: each output becomes {@code output + added^T x + offset}.
 *
 * @param added {@code [groups, unknowns, outputs per group]}
 * @param offset {@code [outputs]}; goes into the layer's own bias, and is zero where it has none
 */
@SuppressWarnings("ArrayRecordComponent")
record Update(double[][][] added, double[] offset) {

    /** Leaves everything as it is. */
    static Update none(LinearLayer layer) {
        return new Update(
                new double[layer.groups()][layer.unknowns()][layer.outputsPerGroup()], new double[layer.outputs()]);
    }
}
