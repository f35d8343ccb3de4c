package io.espalier.controller.upgrade;

import java.util.Locale;

/** What an order has come to on one device. */
public enum StepState {
    /** Not told yet. */
    WAITING,
    /** Told; it has neither reported in with the program nor refused it. */
    UNDER_WAY,
    /** Runs the program. */
    UPGRADED,
    /** Refused the program, or went back from it. */
    FAILED,
    /** Told, and told otherwise before it had answered, because the order ended. */
    WITHDRAWN,
    /** Never told. */
    LEFT_OUT;

    /** Name in the database and on the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static StepState ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
