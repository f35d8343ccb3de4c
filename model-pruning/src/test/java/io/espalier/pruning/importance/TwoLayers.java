package io.espalier.pruning.importance;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;

/** Two dense layers, 2 -> 3 -> 1: makers are the rows (1,-1), (0,2), (3,3), readers the columns 4, -1, 1. */
final class TwoLayers {
    static final Offset<Double> ROUNDING = Offset.offset(1e-6);
    static final String GROUP = "hidden";

    private TwoLayers() {}

    static Graph graph() {
        Map<String, Attribute> transposed = Map.of("transB", Attribute.of(1L));
        return new GraphBuilder("two-layers", 13)
                .input("x", Shape.of(Shape.BATCH, 2))
                .output("y", Shape.of(Shape.BATCH, 1))
                .initializer("w1", Tensor.ofFloats(new float[] {1, -1, 0, 2, 3, 3}, 3, 2))
                .initializer("b1", Tensor.ofFloats(new float[] {1, 0, -1}, 3))
                .initializer("w2", Tensor.ofFloats(new float[] {4, -1, 1}, 1, 3))
                .initializer("b2", Tensor.ofFloats(new float[] {0}, 1))
                .node(Node.of(GROUP, "Gemm", List.of("x", "w1", "b1"), "h", transposed))
                .node(Node.of("out", "Gemm", List.of("h", "w2", "b2"), "y", transposed))
                .build();
    }

    static DependencyGroups groups() {
        return DependencyGroups.of(graph());
    }

    static double[] scores(Importance importance) {
        return Objects.requireNonNull(importance.scores(groups()).get(GROUP));
    }

    static double[] values(AbsoluteImportance importance) {
        return Objects.requireNonNull(importance.values(groups()).get(GROUP));
    }
}
