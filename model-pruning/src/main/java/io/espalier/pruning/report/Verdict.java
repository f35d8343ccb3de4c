package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Stop;

/** How a run ended. */
public sealed interface Verdict {
    /** A variant was made; how good it is, the comparison says. */
    record Made() implements Verdict {}

    /** A variant was made that takes longer on the device than was asked for; how long, the comparison says. */
    record OverBudget() implements Verdict {}

    /**
     * No width reaches what was asked for.
     *
     * @param floorP95Micros what the narrowest network takes; 0 where latency was not asked for
     * @param detail the numbers, for a person
     * @param unpruned what the unpruned model takes
     */
    record Refused(double floorP95Micros, String detail, Cost unpruned) implements Verdict {}

    /**
     * Every variant loses more than may be lost.
     *
     * @param stop the round that was trained, and what it lost
     * @param unpruned what the unpruned model takes
     */
    record TooMuchLost(Stop.TooMuchLost stop, Cost unpruned) implements Verdict {}

    /** Something that was given cannot be worked with. */
    record Failed(String title, String detail) implements Verdict {}
}
