package io.espalier.pruning.report;

import java.util.Optional;

/** The programs a result depends on. */
public final class Versions {
    private Versions() {}

    public static String espalier() {
        return Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    public static int java() {
        return Runtime.version().feature();
    }
}
