package io.espalier.pruning.report;

/** How a run ended. */
public sealed interface Verdict {
    /** A variant was made; how good it is, the comparison says. */
    record Made() implements Verdict {}

    /**
     * No width reaches what was asked for.
     *
     * @param floorP95Micros what the narrowest network takes; 0 where latency was not asked for
     * @param detail the numbers, for a person
     */
    record Refused(double floorP95Micros, String detail) implements Verdict {}

    /**
     * Every variant loses more than may be lost.
     *
     * @param detail the numbers, for a person; goes on behind "the model"
     */
    record TooMuchLost(String detail) implements Verdict {}

    /** Something that was given cannot be worked with. */
    record Failed(String title, String detail) implements Verdict {}
}
