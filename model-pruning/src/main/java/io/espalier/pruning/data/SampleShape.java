package io.espalier.pruning.data;

import java.util.List;

/** Channels, height and width of one sample, whatever the order in memory. */
public record SampleShape(int channels, int height, int width) {
    private static final int MOST_VALUES = 1 << 24;

    public SampleShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new DatasetException("A sample cannot have the shape " + height + "x" + width + "x" + channels);
        }
        // Divided, because the product of three extents may overflow even a long.
        if ((long) height * width > MOST_VALUES / channels) {
            throw new DatasetException("A sample of " + height + "x" + width + "x" + channels
                    + " values is too large: at most " + MOST_VALUES + " are accepted");
        }
    }

    public int values() {
        return channels * height * width;
    }

    /** Dimensions in the order of the layout, without the batch. */
    public List<Integer> dimensions(Layout layout) {
        return layout == Layout.NCHW ? List.of(channels, height, width) : List.of(height, width, channels);
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
