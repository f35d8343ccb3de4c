package io.espalier.controller.model;

import io.espalier.controller.live.Change;

/** Something else of a model's view changed. */
public record ModelTouched(ModelId model) implements Change {
    @Override
    public Stream stream() {
        return Stream.MODEL;
    }

    @Override
    public String id() {
        return model.value();
    }
}
