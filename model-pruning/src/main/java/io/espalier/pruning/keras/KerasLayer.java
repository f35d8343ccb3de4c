package io.espalier.pruning.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One layer as the file describes it.
 *
 * @param inputs names of the layers it reads
 */
record KerasLayer(String type, String name, JsonNode config, List<String> inputs) {
    private static final int MOST = 1 << 20;

    KerasLayer {
        inputs = List.copyOf(inputs);
    }

    boolean is(String other) {
        return type.equals(other);
    }

    String text(String field, String otherwise) {
        JsonNode value = config.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw wrong("has " + field + " " + brief(value) + ", which is not a name");
        }
        return value.asText();
    }

    boolean flag(String field, boolean otherwise) {
        JsonNode value = config.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong("has " + field + " " + brief(value) + ", which is neither true nor false");
        }
        return value.asBoolean();
    }

    double number(String field, double otherwise) {
        JsonNode value = config.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw wrong("has " + field + " " + brief(value) + ", which is not a number");
        }
        return value.asDouble();
    }

    /** A positive number. */
    int count(String field, int otherwise) {
        double value = number(field, otherwise);
        if (value < 1 || value > MOST || value != Math.rint(value)) {
            throw wrong("has " + field + " " + value + ", which is not a count");
        }
        return (int) value;
    }

    /** Two positive numbers, given as such or as one for both: rows, columns. */
    int[] pair(String field, int[] otherwise) {
        JsonNode value = config.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise.clone();
        }
        if (value.isArray() && value.size() == 2) {
            return new int[] {element(field, value.get(0), 1), element(field, value.get(1), 1)};
        }
        int both = element(field, value, 1);
        return new int[] {both, both};
    }

    /** Top, bottom, left, right of a padding given as one number, two, or two pairs. */
    int[] padding(String field) {
        JsonNode value = config.path(field);
        if (value.isArray() && value.size() == 2 && value.get(0).isArray()) {
            JsonNode rows = value.get(0);
            JsonNode columns = value.get(1);
            return new int[] {
                element(field, rows.path(0), 0),
                element(field, rows.path(1), 0),
                element(field, columns.path(0), 0),
                element(field, columns.path(1), 0)
            };
        }
        if (value.isArray() && value.size() == 2) {
            int rows = element(field, value.get(0), 0);
            int columns = element(field, value.get(1), 0);
            return new int[] {rows, rows, columns, columns};
        }
        int all = element(field, value, 0);
        return new int[] {all, all, all, all};
    }

    KerasException wrong(String what) {
        return new KerasException("Layer '" + name + "' (" + type + ") " + what + ".");
    }

    private int element(String field, JsonNode value, int least) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > MOST) {
            throw wrong("has " + field + " " + brief(value) + ", which cannot be");
        }
        return value.asInt();
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
