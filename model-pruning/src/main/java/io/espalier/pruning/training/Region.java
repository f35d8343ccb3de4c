package io.espalier.pruning.training;

/**
 * Copies a strided box of a {@code [batch, channels, height, width]} tensor into a box of zeros: a Slice where the box
 * fills the result, a zero Pad where it is the whole input.
 *
 * <p>Arrays have three elements: channels, height, width.
 *
 * @param from first position taken of each axis
 * @param step distance between positions taken
 * @param count positions taken
 * @param to where the first one lands
 * @param size extents of the result
 */
@SuppressWarnings("ArrayRecordComponent")
record Region(int[] from, int[] step, int[] count, int[] to, int[] size) {
    static Region pad(int[] input, int[] begin, int[] end) {
        int[] size = new int[3];
        for (int a = 0; a < 3; a++) {
            size[a] = begin[a] + input[a] + end[a];
        }
        return new Region(new int[3], new int[] {1, 1, 1}, input, begin, size);
    }

    static Region slice(int[] from, int[] step, int[] count) {
        return new Region(from, step, count, new int[3], count);
    }

    boolean fillsResult() {
        return java.util.Arrays.equals(count, size);
    }
}
