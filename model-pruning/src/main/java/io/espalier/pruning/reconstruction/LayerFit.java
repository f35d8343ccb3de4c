package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shapes;

/** A way to bring the outputs of one layer nearer to those of the unpruned network. */
interface LayerFit {
    /** Where to compare the layer. */
    Comparison comparison(Graph pruned, Shapes shapes, Node layer);

    Update fit(LinearLayer layer, Observations seen);
}
