package io.espalier.pruning.reconstruction;

import java.util.Optional;

/**
 * What became of one layer.
 *
 * <p>An error is the norm of the difference from the unpruned layer's outputs, by the norm of these around their mean,
 * over samples that were not fitted to: 0 is perfect, and 1 is as good as a constant.
 *
 * @param rows places of samples it was fitted to
 * @param errorBefore with the weights it had, behind layers that are already fitted; NaN where it was not looked at
 * @param errorAfter with its new weights
 * @param untouchedBecause why it keeps its weights; empty where it was fitted
 */
public record FittedLayer(
        String name, int rows, double errorBefore, double errorAfter, Optional<String> untouchedBecause) {

    static FittedLayer fitted(String name, int rows, double before, double after) {
        return new FittedLayer(name, rows, before, after, Optional.empty());
    }

    static FittedLayer untouched(String name, String why) {
        return new FittedLayer(name, 0, Double.NaN, Double.NaN, Optional.of(why));
    }
}
