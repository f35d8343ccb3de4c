package io.espalier.agent.state;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Tells a full disk from other failures; Java has no type for it. */
public final class DiskFull {
    private static final List<String> SAYINGS = List.of("no space left", "not enough space", "disk quota", "disk full");

    private DiskFull() {}

    public static boolean is(IOException failure) {
        String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return SAYINGS.stream().anyMatch(said::contains);
    }
}
