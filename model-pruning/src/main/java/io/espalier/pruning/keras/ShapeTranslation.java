package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes layers that change the shape alone. A Flatten in Keras walks through rows, columns, channels; here it walks through channels
 * first, and whoever reads it sorts.
 */
record ShapeTranslation(Draft draft) {
    Value flatten(KerasLayer layer) {
        Layers.requireChannelsLast(layer);
        Value in = draft.first(layer);
        if (!in.isImage()) {
            return in;
        }
        Value image = Draft.image(layer, draft.plain(layer, in));
        String tensor = draft.node(layer.name(), "Flatten", List.of(image.tensor()), Map.of("axis", Attribute.of(1)));
        int[] from = image.dims();
        boolean sorted = from[0] * from[1] == 1 || from[2] == 1;
        return new Value(tensor, new int[] {image.elements()}, null, sorted ? null : from);
    }

    Value reshape(KerasLayer layer) {
        Value in = draft.plain(layer, draft.first(layer));
        int[] dims = targetDims(layer, in.elements());
        if (Arrays.equals(dims, in.dims())) {
            return in;
        }
        String vector = in.isImage() ? channelsLastVector(layer, in) : in.tensor();
        if (dims.length == 1) {
            return Value.of(vector, dims);
        }
        return Value.of(channelsFirst(layer.name(), vector, dims), dims);
    }

    /** An image, channels first, of a vector that lists its values channels last. */
    private String channelsFirst(String name, String vector, int[] dims) {
        boolean sorted = dims[0] * dims[1] == 1;
        if (sorted) {
            return draft.reshaped(name, vector, -1, dims[2], 1, 1);
        }
        String last = draft.reshaped(name + "_channels_last", vector, -1, dims[0], dims[1], dims[2]);
        return draft.node(name, "Transpose", List.of(last), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
    }

    private String channelsLastVector(KerasLayer layer, Value image) {
        String last = draft.node(
                layer.name() + "_transpose",
                "Transpose",
                List.of(image.tensor()),
                Map.of("perm", Attribute.ints(0, 2, 3, 1)));
        return draft.node(layer.name() + "_vector", "Flatten", List.of(last), Map.of("axis", Attribute.of(1)));
    }

    private static int[] targetDims(KerasLayer layer, int elements) {
        var given = layer.config().path("target_shape");
        int[] dims = new int[given.size()];
        int open = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = given.get(i).asInt();
            if (dims[i] == -1 && open < 0) {
                open = i;
            } else if (dims[i] < 1) {
                throw layer.wrong("has the target shape " + given + ", which cannot be");
            } else {
                known *= dims[i];
            }
        }
        if (open >= 0 && known <= elements) {
            dims[open] = (int) (elements / known);
            known *= dims[open];
        }
        if (known != elements || (dims.length != 1 && dims.length != 3)) {
            throw layer.wrong("turns " + elements + " values into " + given
                    + "; vectors and images (height, width, channels) of as many values can be made");
        }
        return dims;
    }

    Value zeroPadding(KerasLayer layer) {
        Layers.requireChannelsLast(layer);
        Value in = Draft.image(layer, draft.plain(layer, draft.first(layer)));
        int[] pads = layer.padding("padding");
        int[] dims = {in.dims()[0] + pads[0] + pads[1], in.dims()[1] + pads[2] + pads[3], in.dims()[2]};
        return new Value(in.tensor(), dims, pads, null);
    }
}
