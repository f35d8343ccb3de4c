package io.espalier.pruning.evaluation;

import java.util.Locale;

/**
 * One number that says how good a model is.
 *
 * @param key of the number in JSON
 * @param name of the number for a person
 */
public record Metric(String key, String name, double value, Unit unit, Better better) {
    /** What the number counts. */
    public enum Unit {
        /** A fraction; may lie outside of 0 to 1. */
        SHARE,
        NATS
    }

    /** Which change of the number is welcome. */
    public enum Better {
        MORE,
        LESS
    }

    /** The key behind another word: {@code rSquared} behind {@code best} is {@code bestRSquared}. */
    public String keyBehind(String word) {
        return word + key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1);
    }
}
