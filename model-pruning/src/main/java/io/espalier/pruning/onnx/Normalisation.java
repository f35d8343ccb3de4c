package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Graph;

/** Removes what has no meaning at inference and gives equal things one form. */
final class Normalisation {
    private Normalisation() {}

    static Graph apply(Graph graph) {
        Graph constants = ConstantNodes.toInitializers(graph);
        Graph batched = SymbolicBatch.of(constants);
        Graph lean = ShapeArithmetic.fold(PassThroughs.remove(batched));
        Graph merged = MatMulBias.toGemm(lean);
        return Declarations.refresh(merged);
    }
}
