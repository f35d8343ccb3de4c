package io.espalier.controller.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;
import java.util.TreeMap;

/** Free words on a device: at most 32, keys up to 63 and values up to 255 characters. */
public record Labels(@JsonValue Map<String, String> values) {
    public static final Labels NONE = new Labels(Map.of());

    private static final int MOST = 32;
    private static final int LONGEST_KEY = 63;
    private static final int LONGEST_VALUE = 255;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Labels {
        if (values.size() > MOST) {
            throw new IllegalArgumentException("A device has at most " + MOST + " labels, got " + values.size());
        }
        values.forEach((key, value) -> {
            if (key.isBlank() || key.length() > LONGEST_KEY) {
                throw new IllegalArgumentException(
                        "Label \"" + key + "\" is not legal: its name takes 1 to " + LONGEST_KEY + " characters");
            }
            if (value == null || value.length() > LONGEST_VALUE) {
                throw new IllegalArgumentException(
                        "Label \"" + key + "\" needs a value of at most " + LONGEST_VALUE + " characters");
            }
        });
        values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
