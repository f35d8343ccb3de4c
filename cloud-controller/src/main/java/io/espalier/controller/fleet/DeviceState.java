package io.espalier.controller.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where a device stands, in the words of the API. */
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

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static DeviceState of(String wireName) {
        for (DeviceState state : values()) {
            if (state.wireName().equals(wireName)) {
                return state;
            }
        }
        throw new IllegalArgumentException("\"" + wireName + "\" is not a device state; use one of "
                + Arrays.stream(values()).map(DeviceState::wireName).collect(Collectors.joining(", ")));
    }
}
