package io.espalier.pruning.latency;

/** Names of the probes that are variants of one base model. */
public final class ModelSuite {
    /** The base model itself. */
    public static final String DENSE = "dense";
    /** Every group at its minimum width. */
    public static final String FLOOR = "floor";
    /** Starts the name of a width variant; the widths follow, in the order of the groups: {@code w-16-24-32}. */
    public static final String VARIANT_PREFIX = "w-";

    private ModelSuite() {}
}
