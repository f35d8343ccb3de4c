package io.espalier.pruning.quantisation;

/** What the operator says about 8-bit integers. */
public enum Int8 {
    /** Where measurements say that they serve the budget better. */
    AUTO,
    NEVER,
    ALWAYS
}
