package io.espalier.controller.planning;

import java.util.Locale;

/** Where a device stands in the loop from enrolment to a pruned model that serves. */
public enum DeviceState {
    ENROLLED,
    MEASURING,
    PLANNING,
    PRUNING,
    DELIVERING,
    SERVING,
    REFUSED,
    OFFLINE,
    RETIRED,
    FAILED;

    /** Name in the database and on the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
