package io.espalier.pruning.campaign;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Tells behind which round a campaign stops. The yardstick is the unpruned model, on the samples that rounds are judged by.
 *
 * @param mostLost share of the score; absent never stops
 * @param unprunedScore the yardstick; of no meaning without {@code mostLost}
 */
record StopRule(OptionalDouble mostLost, double unprunedScore) {
    /** Scores are counts over a number of samples: what is lost to the last bit by rounding alone is not lost. */
    private static final double ROUNDING = 1e-9;

    static StopRule of(Task task, Judge choosing) {
        OptionalDouble mostLost = task.recipe().mostLost();
        return new StopRule(
                mostLost, mostLost.isPresent() ? choosing.of(task.base().onnx()).score() : 0);
    }

    /** Why there is no going on behind this round; empty where it is within what may be lost. */
    Optional<Stop.TooMuchLost> after(int round, int of, double score) {
        return mostLost.isPresent() && unprunedScore - score > mostLost.getAsDouble() + ROUNDING
                ? Optional.of(new Stop.TooMuchLost(round, of, score, unprunedScore, mostLost.getAsDouble()))
                : Optional.empty();
    }
}
