package io.espalier.pruning.training;

/** What a graph is trained for. */
public enum Purpose {
    /** To name classes, from labels and what a teacher says of them. One output, a row a sample. */
    CLASSIFY,
    /** To give what a teacher gives, from samples alone. Any number of outputs, of any shape. */
    MATCH
}
