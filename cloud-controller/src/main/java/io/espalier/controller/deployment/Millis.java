package io.espalier.controller.deployment;

import java.util.Locale;

/** Writes microseconds as milliseconds for people. */
public final class Millis {
    private Millis() {}

    public static String of(double micros) {
        return String.format(Locale.ROOT, micros < 10_000 ? "%.3f ms" : "%.1f ms", micros / 1000);
    }
}
