package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Writes into a variant's own file what a reader must know to use it: where it came from and what it takes as input. */
final class ModelLabels {
    private ModelLabels() {}

    static Graph attach(Graph graph, Task task) {
        GraphBuilder builder = graph.toBuilder();
        builder.metadata("espalier.base_sha256", task.base().digest().hex());
        builder.metadata("espalier.input.scale", Double.toString(task.contract().scale()));
        builder.metadata("espalier.input.mean", list(task.contract().mean()));
        builder.metadata("espalier.input.std", list(task.contract().std()));
        if (task.data().isLabelled()) {
            builder.metadata("espalier.classes", String.join(",", task.data().classNames()));
        }
        return builder.build();
    }

    /** Bytes they take in a file. */
    static long bytes(Task task) {
        Graph bare = task.base().graph();
        return OnnxWriter.write(attach(bare, task)).length - (long) OnnxWriter.write(bare).length;
    }

    private static String list(List<Double> values) {
        return values.stream().map(d -> Double.toString(d)).collect(Collectors.joining(","));
    }
}
