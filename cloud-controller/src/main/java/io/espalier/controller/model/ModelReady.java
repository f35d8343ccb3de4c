package io.espalier.controller.model;

import io.espalier.controller.live.Change;

/** Inspection is done: the model can be delivered, measured and pruned. */
public record ModelReady(ModelId model) implements Change {
    @Override
    public Stream stream() {
        return Stream.MODEL;
    }

    @Override
    public String id() {
        return model.value();
    }
}
