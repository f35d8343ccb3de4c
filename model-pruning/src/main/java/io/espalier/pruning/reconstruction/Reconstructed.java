package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import java.util.List;

/**
 * A mended network.
 *
 * @param layers what became of each layer, in the order of the graph
 */
public record Reconstructed(Graph graph, List<FittedLayer> layers) {
    public Reconstructed {
        layers = List.copyOf(layers);
    }
}
