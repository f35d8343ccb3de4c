package io.espalier.pruning.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One step of the search for widths, within one round.
 *
 * @param plannedShare of what the round was asked for the step aimed for; above 1 while the aim still shrinks towards that
 * @param usedShare of what the round was asked for that the widths found would use
 * @param p95Micros predicted, where latency alone bounds
 * @param widths one for each channel group
 */
public record SearchStep(
        int number, double plannedShare, double usedShare, OptionalDouble p95Micros, List<Integer> widths) {
    public SearchStep {
        widths = List.copyOf(widths);
    }

    /** Whether it aimed for the same and found the same. */
    boolean changesNothingSince(SearchStep before) {
        return plannedShare == before.plannedShare && widths.equals(before.widths);
    }

    public int channels() {
        return widths.stream().mapToInt(Integer::intValue).sum();
    }
}
