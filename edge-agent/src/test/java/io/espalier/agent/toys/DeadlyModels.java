package io.espalier.agent.toys;

import static io.espalier.agent.toys.ToyModels.bytes;
import static io.espalier.agent.toys.ToyModels.message;
import static io.espalier.agent.toys.ToyModels.model;
import static io.espalier.agent.toys.ToyModels.node;
import static io.espalier.agent.toys.ToyModels.valueInfo;

import com.google.protobuf.CodedOutputStream;
import io.espalier.agent.toys.ToyModels.Fields;
import java.io.IOException;
import java.util.function.IntUnaryOperator;

/** Valid ONNX models that a runtime takes in and does not outlive, with the input of {@link ToyModels#columnSums()}. */
public final class DeadlyModels {
    private static final int INT64 = 7;
    private static final int BOOL = 9;

    // Kinds of attributes.
    private static final int INT = 2;
    private static final int GRAPH = 5;
    private static final int FLOATS = 6;
    private static final int INTS = 7;
    private static final int STRINGS = 8;

    private static final int TREE_DEPTH = 20_000;

    private DeadlyModels() {}

    /** A decision tree that is one long branch: a runtime that builds trees by recursion runs out of stack as it loads it. */
    public static byte[] deepTree() {
        return bytes(model -> {
            model.writeInt64(1, 8);
            message(model, 7, graph -> {
                message(graph, 1, node("Flatten", "x", "flat"));
                message(graph, 1, DeadlyModels::tree);
                graph.writeString(2, "deep");
                message(graph, 11, valueInfo("x", -1, 1, 2, 2));
                message(graph, 12, valueInfo("y", -1, 1));
            });
            message(model, 8, opset -> opset.writeInt64(2, 13));
            message(model, 8, opset -> {
                opset.writeString(1, "ai.onnx.ml");
                opset.writeInt64(2, 3);
            });
        });
    }

    /** Even nodes branch, to a leaf and to the next of them; the last one is a leaf. */
    private static void tree(CodedOutputStream node) throws IOException {
        int nodes = 2 * TREE_DEPTH + 1;
        node("TreeEnsembleRegressor", "flat", "y").write(node);
        node.writeString(7, "ai.onnx.ml");
        message(node, 5, integers("nodes_treeids", nodes, i -> 0));
        message(node, 5, integers("nodes_nodeids", nodes, i -> i));
        message(node, 5, integers("nodes_featureids", nodes, i -> 0));
        message(node, 5, integers("nodes_truenodeids", nodes, i -> branches(i) ? i + 2 : 0));
        message(node, 5, integers("nodes_falsenodeids", nodes, i -> branches(i) ? i + 1 : 0));
        message(node, 5, floats("nodes_values", nodes));
        message(node, 5, attribute -> {
            attribute.writeString(1, "nodes_modes");
            for (int i = 0; i < nodes; i++) {
                attribute.writeString(9, branches(i) ? "BRANCH_LEQ" : "LEAF");
            }
            attribute.writeInt32(20, STRINGS);
        });
        message(node, 5, integers("target_treeids", 1, i -> 0));
        message(node, 5, integers("target_nodeids", 1, i -> nodes - 1));
        message(node, 5, integers("target_ids", 1, i -> 0));
        message(node, 5, floats("target_weights", 1));
        message(node, 5, attribute -> {
            attribute.writeString(1, "n_targets");
            attribute.writeInt64(3, 1);
            attribute.writeInt32(20, INT);
        });
    }

    private static boolean branches(int node) {
        return node % 2 == 0 && node < 2 * TREE_DEPTH;
    }

    private static Fields integers(String name, int count, IntUnaryOperator value) {
        return attribute -> {
            attribute.writeString(1, name);
            for (int i = 0; i < count; i++) {
                attribute.writeInt64(8, value.applyAsInt(i));
            }
            attribute.writeInt32(20, INTS);
        };
    }

    private static Fields floats(String name, int count) {
        return attribute -> {
            attribute.writeString(1, name);
            for (int i = 0; i < count; i++) {
                attribute.writeFloat(7, 1);
            }
            attribute.writeInt32(20, FLOATS);
        };
    }

    /** Loops for ever as soon as it is run. */
    public static byte[] neverAnswers() {
        return model(graph -> {
            message(graph, 1, loop());
            graph.writeString(2, "loops");
            message(graph, 5, scalar("for-ever", BOOL, 1));
            message(graph, 11, valueInfo("x", -1, 1, 2, 2));
            message(graph, 12, valueInfo("y", -1, 1, 2, 2));
        });
    }

    private static Fields loop() {
        return node -> {
            node.writeString(1, "");
            node.writeString(1, "for-ever");
            node.writeString(1, "x");
            node.writeString(2, "y");
            node.writeString(4, "Loop");
            message(node, 5, attribute -> {
                attribute.writeString(1, "body");
                message(attribute, 6, DeadlyModels::body);
                attribute.writeInt32(20, GRAPH);
            });
        };
    }

    private static void body(CodedOutputStream graph) throws IOException {
        message(graph, 1, node("Identity", "goes-on", "goes-on-still"));
        message(graph, 1, node("Neg", "value", "negated"));
        graph.writeString(2, "body");
        message(graph, 11, scalarOf("round", INT64));
        message(graph, 11, scalarOf("goes-on", BOOL));
        message(graph, 11, valueInfo("value", -1, 1, 2, 2));
        message(graph, 12, scalarOf("goes-on-still", BOOL));
        message(graph, 12, valueInfo("negated", -1, 1, 2, 2));
    }

    private static Fields scalarOf(String name, int elementType) {
        return info -> {
            info.writeString(1, name);
            message(
                    info,
                    2,
                    type -> message(type, 1, tensor -> {
                        tensor.writeInt32(1, elementType);
                        message(tensor, 2, shape -> {});
                    }));
        };
    }

    private static Fields scalar(String name, int elementType, int value) {
        return tensor -> {
            tensor.writeInt32(2, elementType);
            tensor.writeInt32(5, value);
            tensor.writeString(8, name);
        };
    }
}
