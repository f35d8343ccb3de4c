package io.espalier.pruning.reconstruction;

import java.util.Arrays;

/**
 * What is done to a layer: each output becomes {@code scale * output + added^T x + offset}.
 *
 * @param scale {@code [outputs]}
 * @param added {@code [groups, unknowns, outputs per group]}
 * @param offset {@code [outputs]}; goes into the layer's own bias, and is zero where it has none
 */
@SuppressWarnings("ArrayRecordComponent")
record Update(double[] scale, double[][][] added, double[] offset) {

    /** Leaves everything as it is. */
    static Update none(LinearLayer layer) {
        double[] scale = new double[layer.outputs()];
        Arrays.fill(scale, 1);
        return new Update(
                scale,
                new double[layer.groups()][layer.unknowns()][layer.outputsPerGroup()],
                new double[layer.outputs()]);
    }
}
