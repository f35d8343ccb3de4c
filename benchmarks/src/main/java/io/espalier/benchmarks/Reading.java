package io.espalier.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;

/** What steps have measured, where a verdict rests on it: what is not there is not taken for 0. */
public final class Reading {
    private Reading() {}

    /** Errors: {@link IllegalStateException} where there is no such number, or none that is finite. */
    public static double number(JsonNode measured, String name) {
        JsonNode value = measured.path(name);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw none("number", name, measured);
        }
        return value.doubleValue();
    }

    /** Errors: {@link IllegalStateException} where there is no such text, or an empty one. */
    public static String text(JsonNode measured, String name) {
        String value = measured.path(name).textValue();
        if (value == null || value.isEmpty()) {
            throw none("text", name, measured);
        }
        return value;
    }

    /** Errors: {@link IllegalStateException} where there is no such list, or nothing in it. */
    public static JsonNode list(JsonNode measured, String name) {
        JsonNode value = measured.path(name);
        if (value.isEmpty()) {
            throw none("list", name, measured);
        }
        return value;
    }

    private static IllegalStateException none(String kind, String name, JsonNode measured) {
        return new IllegalStateException("There is no " + kind + " " + name + " in what a step measured: " + measured);
    }
}
