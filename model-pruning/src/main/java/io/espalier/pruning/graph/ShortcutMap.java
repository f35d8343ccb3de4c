package io.espalier.pruning.graph;

import java.util.Arrays;

/**
 * Where each kept channel behind a zero-padded shortcut comes from.
 *
 * @param sources for each output channel, the input channel it copies; -1 for a zero
 * @param inputs how many input channels there are
 */
record ShortcutMap(int[] sources, int inputs) {

    /** The map after pruning: {@code places} are the inputs' new positions, {@code kept} the outputs' old ones. */
    static ShortcutMap of(int[] places, int[] kept, int zerosBefore, int inputs) {
        int[] sources = Arrays.stream(kept)
                .map(position -> position - zerosBefore)
                .map(from -> from >= 0 && from < places.length ? places[from] : -1)
                .toArray();
        return new ShortcutMap(sources, inputs);
    }

    /** Whether the outputs are all inputs in order, with zeros only around them. */
    boolean isPlainPad() {
        int before = leadingZeros();
        if (before + inputs > sources.length) {
            return false;
        }
        for (int i = 0; i < sources.length; i++) {
            int inside = i - before;
            if (sources[i] != (inside >= 0 && inside < inputs ? inside : -1)) {
                return false;
            }
        }
        return true;
    }

    int zerosBefore() {
        return isPlainPad() ? leadingZeros() : 0;
    }

    /** At least one zero channel to gather from, where there are zeros to gather. */
    int zerosAfter() {
        if (isPlainPad()) {
            return sources.length - inputs - leadingZeros();
        }
        return Arrays.stream(sources).anyMatch(source -> source < 0) ? 1 : 0;
    }

    /** The indices to gather after appending {@link #zerosAfter()} zeros. */
    long[] gathered() {
        return Arrays.stream(sources)
                .mapToLong(source -> source < 0 ? inputs : source)
                .toArray();
    }

    private int leadingZeros() {
        int zeros = 0;
        while (zeros < sources.length && sources[zeros] < 0) {
            zeros++;
        }
        return zeros;
    }
}
