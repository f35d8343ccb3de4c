package io.espalier.pruning.evaluation;

/** How well a model does what it is for. */
public sealed interface Quality permits Evaluation, Agreement {
    int samples();

    /** A share from 0 to 1, which is perfect. */
    double score();

    /** What the score is a share of, in a word: {@code accuracy} or {@code R²}. */
    String measure();
}
