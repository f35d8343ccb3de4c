package io.espalier.pruning.allocation;

import java.util.List;

/** What the allocator found. */
public sealed interface Allocation {
    /** One step of the search, for the record. */
    record Round(int number, double plannedLoad, double load, int[] widths) {
        public Round {
            widths = widths.clone();
        }

        @Override
        public int[] widths() {
            return widths.clone();
        }
    }

    /** Widths within the limits. */
    record Chosen(int[] widths, Cost cost, double worth, List<Round> rounds) implements Allocation {
        public Chosen {
            widths = widths.clone();
            rounds = List.copyOf(rounds);
        }

        @Override
        public int[] widths() {
            return widths.clone();
        }
    }

    /** Even the narrowest network exceeds the limits; its cost is the floor. */
    record BelowFloor(Cost floor) implements Allocation {}
}
