package io.espalier.pruning.training;

/**
 * A convolution that is trained with a {@link Normalisation} behind it and stored without.
 *
 * @param convolution layer of the convolution, which has no bias of its own
 * @param normalisation layer behind it
 * @param weights constant of the graph, output channels first
 * @param bias constant of the graph
 */
record NormalisedConvolution(String convolution, String normalisation, String weights, String bias) {}
