package io.espalier.pruning.campaign;

import io.espalier.terminal.Units;
import java.util.Locale;

/**
 * A round that lost more of the score than its recipe allows; scores are of the samples to choose by.
 *
 * @param round that lost it
 * @param of so many rounds
 * @param score of what it cut and trained
 * @param unprunedScore of the base model as it came
 * @param mostLost what the recipe allows
 */
public record Stop(int round, int of, double score, double unprunedScore, double mostLost) {
    /** The numbers, for a person; goes on behind the name of what lost it. */
    public String detail() {
        return String.format(
                Locale.ROOT,
                "lost %s points in round %d of %d, more than the %.1f that may be lost: %s after %s unpruned,"
                        + " on the samples to choose by",
                Units.pointsLost(unprunedScore - score),
                round,
                of,
                100 * mostLost,
                Units.percent(score),
                Units.percent(unprunedScore));
    }

    /** What became of the campaign, where a round before this one was within what may be lost. */
    public String note() {
        return "Stopped: the network " + detail() + ". This is the variant of round " + (round - 1)
                + ", which was asked for less than the budget.";
    }
}
