package io.espalier.controller.access;

import java.util.Locale;

/** What an account may do. */
public enum Role {
    /** Reads everything. */
    VIEWER,
    /** Also changes the fleet. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
