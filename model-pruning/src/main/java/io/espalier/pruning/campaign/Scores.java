package io.espalier.pruning.campaign;

import java.util.OptionalDouble;

/**
 * How well a network does on samples to choose by, at the stages it came to.
 *
 * @param cut as it was cut
 * @param fitted once its layers were fitted to the unpruned network
 * @param trained once it was trained
 */
record Scores(double cut, OptionalDouble fitted, OptionalDouble trained) {
    static Scores ofCut(double score) {
        return new Scores(score, OptionalDouble.empty(), OptionalDouble.empty());
    }

    Scores withFitted(double score) {
        return new Scores(cut, OptionalDouble.of(score), trained);
    }

    Scores withTrained(double score) {
        return new Scores(cut, fitted, OptionalDouble.of(score));
    }
}
