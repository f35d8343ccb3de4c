package io.espalier.pruning.data;

import java.util.List;

/** Channels, height and width of one sample, whatever the order in memory. */
public record SampleShape(int channels, int height, int width) {
    public SampleShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new DatasetException("A sample cannot have the shape " + height + "x" + width + "x" + channels);
        }
        if ((long) channels * height * width > 1 << 24) {
            throw new DatasetException(
                    "A sample of " + height + "x" + width + "x" + channels + " values is too large (limit 16777216)");
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
