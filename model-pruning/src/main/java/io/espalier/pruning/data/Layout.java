package io.espalier.pruning.data;

/** Order of a model's input values in memory. */
public enum Layout {
    NCHW,
    NHWC;

    /**
     * Index in this layout of the value at (channel, pixel), both counted in the channel-first order.
     */
    int index(SampleShape shape, int channel, int pixel) {
        return this == NCHW ? channel * shape.height() * shape.width() + pixel : pixel * shape.channels() + channel;
    }
}
