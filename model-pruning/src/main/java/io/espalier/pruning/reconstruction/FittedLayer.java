package io.espalier.pruning.reconstruction;

import java.util.Optional;

/**
 * What became of one layer; errors are those of {@link Observations#relativeError} on samples that were not fitted.
 *
 * @param rows places of samples it was fitted to
 * @param errorBefore with the weights it had, behind layers that are already fitted
 * @param untouchedBecause why it keeps its weights; empty where it was fitted
 */
public record FittedLayer(
        String name, int rows, double errorBefore, double errorAfter, Optional<String> untouchedBecause) {

    static FittedLayer untouched(String name, String why) {
        return new FittedLayer(name, 0, Double.NaN, Double.NaN, Optional.of(why));
    }
}
