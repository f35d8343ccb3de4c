package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;

/** Writes functions of single values, and of rows of them, whether they are layers of their own or at the end of one. */
record ActivationTranslation(Draft draft) {
    /** A layer that is nothing but a function. */
    Value alone(KerasLayer layer) {
        return activated(layer, draft.first(layer), layer.text("activation", "linear"), layer.name());
    }

    /** The function at the end of a layer that has weights. */
    Value atTheEndOf(KerasLayer layer, Value made) {
        return activated(layer, made, layer.text("activation", "linear"), layer.name() + "_activation");
    }

    Value softmax(KerasLayer layer) {
        return softmax(layer, draft.first(layer), (int) layer.number("axis", -1), layer.name());
    }

    Value leakyRelu(KerasLayer layer) {
        return kept(layer, "LeakyRelu", Map.of("alpha", Attribute.of((float) Layers.leak(layer))));
    }

    Value relu(KerasLayer layer) {
        Layers.requireSimple(layer);
        double slope = layer.number("negative_slope", 0);
        if (slope != 0) {
            return kept(layer, "LeakyRelu", Map.of("alpha", Attribute.of((float) slope)));
        }
        double ceiling = Layers.ceiling(layer);
        return Double.isInfinite(ceiling)
                ? kept(layer, "Relu", Map.of())
                : clip(draft.first(layer), layer.name(), (float) ceiling);
    }

    /** An operator that changes each value by itself: what is put off stays put off where zero stays zero. */
    private Value kept(KerasLayer layer, String op, Map<String, Attribute> attributes) {
        Value in = draft.first(layer);
        return in.named(draft.node(layer.name(), op, List.of(in.tensor()), attributes));
    }

    private Value clip(Value in, String name, float most) {
        draft.constant(name + "_min", Tensor.ofFloats(new float[] {0}));
        draft.constant(name + "_max", Tensor.ofFloats(new float[] {most}));
        return in.named(draft.node(name, "Clip", List.of(in.tensor(), name + "_min", name + "_max"), Map.of()));
    }

    private Value activated(KerasLayer layer, Value given, String activation, String name) {
        return switch (activation) {
            case "linear" -> given;
            case "relu" -> simple(given, name, "Relu");
            case "relu6" -> clip(given, name, 6);
            case "tanh" -> simple(given, name, "Tanh");
            case "elu" -> simple(given, name, "Elu");
            case "selu" -> simple(given, name, "Selu");
            case "softsign" -> simple(given, name, "Softsign");
            case "sigmoid" -> simple(draft.plain(layer, given), name, "Sigmoid");
            case "softplus" -> simple(draft.plain(layer, given), name, "Softplus");
            case "hard_sigmoid" -> simple(draft.plain(layer, given), name, "HardSigmoid");
            case "swish", "silu" -> {
                Value in = draft.plain(layer, given);
                String gate = draft.node(name + "_gate", "Sigmoid", List.of(in.tensor()), Map.of());
                yield in.named(draft.node(name, "Mul", List.of(in.tensor(), gate), Map.of()));
            }
            case "softmax" -> softmax(layer, given, -1, name);
            default ->
                throw layer.wrong("has the activation " + activation + ", which is not known; known are linear, relu,"
                        + " relu6, tanh, sigmoid, hard_sigmoid, swish, elu, selu, softplus, softsign, softmax");
        };
    }

    private Value simple(Value in, String name, String op) {
        return in.named(draft.node(name, op, List.of(in.tensor()), Map.of()));
    }

    private Value softmax(KerasLayer layer, Value given, int axis, String name) {
        Value in = draft.plain(layer, given);
        int sampleAxis = Layers.sampleAxis(layer, axis, in.dims().length);
        return in.named(draft.node(
                name, "Softmax", List.of(in.tensor()), Map.of("axis", Attribute.of(Draft.graphAxis(in, sampleAxis)))));
    }
}
