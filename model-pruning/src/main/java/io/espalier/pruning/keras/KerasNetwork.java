package io.espalier.pruning.keras;

import java.util.List;

/**
 * A network with one input and one output as its file describes it.
 *
 * @param inputDims of one sample, channels last: height, width, channels, or the number of features
 * @param layers each after the layers it reads; the input is the first
 * @param output name of the layer that makes the answer
 */
record KerasNetwork(String name, List<Integer> inputDims, List<KerasLayer> layers, String output) {
    KerasNetwork {
        inputDims = List.copyOf(inputDims);
        layers = List.copyOf(layers);
    }
}
