package io.espalier.controller.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a base model has come. Only a ready one can be assigned. */
public enum ModelState {
    TRAINING,
    INSPECTING,
    READY,
    INVALID;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
