package io.espalier.controller.upgrade;

import java.util.Locale;

/** How far an order got. */
public enum OrderState {
    RUNNING,
    /** Every device was told, and none failed. */
    DONE,
    /** A device failed; no other is told. */
    STOPPED,
    /** By an operator. */
    CANCELLED;

    /** Name in the database and on the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static OrderState ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
