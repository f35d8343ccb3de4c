package io.espalier.controller.budget;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The budget that counts for a device, and whose it is. */
public record EffectiveBudget(Budget budget, Source source) {
    /** The device's own, or its group's. */
    public enum Source {
        DEVICE,
        GROUP;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
