package io.espalier.pruning.training;

/** What a model is for. */
public enum Purpose {
    /** To name classes: learned from labels and what a teacher says of them. One output, a row a sample. */
    CLASSIFICATION,
    /** To give numbers or maps: learned from a teacher alone. Any number of outputs of any shape. */
    REGRESSION;

    /** Whether samples without labels are of no use. */
    public boolean needsLabels() {
        return this == CLASSIFICATION;
    }
}
