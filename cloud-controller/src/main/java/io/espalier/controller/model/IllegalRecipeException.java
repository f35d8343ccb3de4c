package io.espalier.controller.model;

/** A value that no recipe can have, said of its field. */
public final class IllegalRecipeException extends IllegalArgumentException {
    private final String field;

    IllegalRecipeException(String field, String problem) {
        super(field + " " + problem);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
