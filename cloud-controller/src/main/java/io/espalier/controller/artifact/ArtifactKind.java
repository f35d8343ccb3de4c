package io.espalier.controller.artifact;

import java.util.Locale;

/** What an artifact is for. */
public enum ArtifactKind {
    VARIANT,
    PROBE_SUITE,
    AGENT;

    /** Name in the database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
