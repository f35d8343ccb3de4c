package io.espalier.pruning.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One step of the search for widths.
 *
 * @param plannedShare of the budget the step aimed for; above 1 while the budget still shrinks towards what was asked
 * @param usedShare of the budget that the widths found would use
 * @param p95Micros predicted, where latency bounds
 * @param score accuracy on validation samples after this round, where it was looked at
 * @param widths one for each channel group
 */
public record Round(
        int number,
        double plannedShare,
        double usedShare,
        OptionalDouble p95Micros,
        OptionalDouble score,
        List<Integer> widths) {
    public Round {
        widths = List.copyOf(widths);
    }

    /** Whether it aimed for the same and found the same. */
    boolean changesNothingSince(Round before) {
        return plannedShare == before.plannedShare && widths.equals(before.widths);
    }

    public int channels() {
        return widths.stream().mapToInt(Integer::intValue).sum();
    }
}
