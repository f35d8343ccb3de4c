package io.espalier.controller.deployment;

/** How a device's trial of an assigned model ended. */
public enum TrialOutcome {
    ACCEPTED,
    TOO_SLOW,
    WRONG_OUTPUT,
    DOES_NOT_LOAD,
    CORRUPT,
    NO_SPACE,
    UNREACHABLE,
    UNTRUSTED;

    /** Whether the same model may well pass when tried again later. */
    public boolean worthRepeating() {
        return this == CORRUPT || this == NO_SPACE || this == UNREACHABLE || this == UNTRUSTED;
    }
}
