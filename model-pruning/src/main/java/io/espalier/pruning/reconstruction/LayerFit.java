package io.espalier.pruning.reconstruction;

/** A way to bring the outputs of one layer nearer to what is wanted. */
interface LayerFit {
    Update fit(LinearLayer layer, Observations seen);

    /** Whether the layer is fitted to the sum it is added into, so that it can make up for the other summand. */
    boolean intoSums();
}
