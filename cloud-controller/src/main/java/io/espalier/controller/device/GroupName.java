package io.espalier.controller.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Names a group of devices: 1 to 64 letters, digits, hyphens or underscores. */
public record GroupName(@JsonValue String value) {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Where devices land that were given no group. */
    public static final GroupName DEFAULT = new GroupName("default");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public GroupName {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("Group name \"" + value
                    + "\" is not legal: use 1 to 64 letters, digits, hyphens or underscores, such as \"line-3\"");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
