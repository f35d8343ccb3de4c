package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;

/** Removes what has no meaning at inference and gives equal things one form. */
final class Normalisation {
    private Normalisation() {}

    static Graph apply(Graph graph) {
        Graph constants = ConstantNodes.toInitializers(graph);
        Graph lean = ConstantFolding.fold(PassThroughs.remove(constants));
        Graph batched = SymbolicBatch.of(lean);
        Graph canonical = ClippedRelus.toClips(CanonicalOperators.rewrite(batched));
        Graph merged = MatMulBias.toGemm(PadsIntoConvolutions.merge(canonical));
        Graph channelsFirst = ChannelsLast.toFirst(merged);
        return Declarations.refresh(channelsFirst);
    }
}
