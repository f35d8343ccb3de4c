package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes layers that join several values to one. */
record JoinTranslation(Draft draft) {
    Value join(KerasLayer layer, String op) {
        Value result = draft.plain(layer, draft.input(layer, 0));
        requireSeveral(layer);
        for (int i = 1; i < layer.inputs().size(); i++) {
            Value next = draft.plain(layer, draft.input(layer, i));
            int[] dims = broadcast(layer, result.dims(), next.dims());
            String name = i == layer.inputs().size() - 1 ? layer.name() : layer.name() + "_" + i;
            result = Value.of(draft.node(name, op, List.of(result.tensor(), next.tensor()), Map.of()), dims);
        }
        return result;
    }

    private static void requireSeveral(KerasLayer layer) {
        if (layer.inputs().size() < 2) {
            throw layer.wrong("joins " + layer.inputs().size() + " input; two or more are needed");
        }
    }

    private static int[] broadcast(KerasLayer layer, int[] a, int[] b) {
        if (a.length != b.length) {
            throw layer.wrong("joins " + Arrays.toString(a) + " and " + Arrays.toString(b)
                    + ", which are not equally many axes; reshape one of them");
        }
        int[] dims = new int[a.length];
        for (int i = 0; i < dims.length; i++) {
            if (a[i] != b[i] && a[i] != 1 && b[i] != 1) {
                throw layer.wrong("joins " + Arrays.toString(a) + " and " + Arrays.toString(b) + ", which do not fit");
            }
            dims[i] = Math.max(a[i], b[i]);
        }
        return dims;
    }

    Value concatenate(KerasLayer layer) {
        requireSeveral(layer);
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < layer.inputs().size(); i++) {
            parts.add(draft.plain(layer, draft.input(layer, i)));
        }
        int[] dims = parts.get(0).dims().clone();
        int axis = Layers.sampleAxis(layer, (int) layer.number("axis", -1), dims.length);
        for (Value part : parts.subList(1, parts.size())) {
            int[] other = part.dims().clone();
            int joined = dims[axis] + (other.length == dims.length ? other[axis] : 0);
            dims[axis] = other.length == dims.length ? other[axis] : -1;
            if (!Arrays.equals(dims, other)) {
                throw layer.wrong("joins parts of different sizes");
            }
            dims[axis] = joined;
        }
        String tensor = draft.node(
                layer.name(),
                "Concat",
                parts.stream().map(Value::tensor).toList(),
                Map.of("axis", Attribute.of(Draft.graphAxis(parts.get(0), axis))));
        return Value.of(tensor, dims);
    }
}
