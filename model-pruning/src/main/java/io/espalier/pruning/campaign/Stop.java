package io.espalier.pruning.campaign;

import io.espalier.terminal.Units;
import java.time.Duration;
import java.util.Locale;

/** Why a campaign ended before its last round. Its variant is that of the round before, where there was one. */
public sealed interface Stop {
    /** Of the round that made the end: what it made is not kept, or it was not begun. */
    int round();

    /** How many rounds there were to be. */
    int of();

    /** The reason in numbers, a sentence for a person. */
    String why();

    /** In a word, for programs. */
    String because();

    /** What became of the campaign, for a person; where a round before this one was finished. */
    default String note() {
        return "Stopped: " + why() + ". This is the variant of round " + (round() - 1) + ", which was asked for less.";
    }

    /**
     * The round lost more of the score than its recipe allows; scores are of the samples to choose by.
     *
     * @param score of what it cut and trained
     * @param unprunedScore of the base model as it came
     * @param mostLost what the recipe allows
     */
    record TooMuchLost(int round, int of, double score, double unprunedScore, double mostLost) implements Stop {
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

        @Override
        public String why() {
            return "the network " + detail();
        }

        @Override
        public String because() {
            return "lost";
        }
    }

    /**
     * The round would have ended too late.
     *
     * @param spent before it was to begin
     * @param longestRound of those that were run
     * @param most what the run may take
     */
    record OutOfTime(int round, int of, Duration spent, Duration longestRound, Duration most) implements Stop {
        @Override
        public String why() {
            return String.format(
                    Locale.ROOT,
                    "round %d of %d would not have ended in time: %s of %s min were over, and a round took up to %s",
                    round,
                    of,
                    minutes(spent),
                    minutes(most),
                    minutes(longestRound));
        }

        @Override
        public String because() {
            return "time";
        }

        private static String minutes(Duration time) {
            return String.format(Locale.ROOT, "%.1f", time.toMillis() / 60_000.0);
        }
    }
}
