package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;

/**
 * The same layer in the pruned and in the unpruned network.
 *
 * @param comparison where their outputs are compared
 * @param kept for each output of the pruned layer, its place among the outputs of the unpruned one
 */
@SuppressWarnings("ArrayRecordComponent")
record LayerPair(
        Graph pruned, LinearLayer layer, Graph unpruned, LinearLayer original, Comparison comparison, int[] kept) {

    /** The tensor the pruned layer reads. */
    String source() {
        return layer.node().input();
    }

    /** Writes what is seen at one place of a sample into a row. */
    void record(int place, SampleValues source, SampleValues actual, SampleValues wanted, Rows rows, int row) {
        layer.positions().read(source, place, rows.read()[row]);
        for (int o = 0; o < layer.outputs(); o++) {
            rows.wanted()[row][o] = wanted.at(original.positions().outputAt(place, kept[o]));
            rows.actual()[row][o] = actual.at(layer.positions().outputAt(place, o));
        }
    }
}
