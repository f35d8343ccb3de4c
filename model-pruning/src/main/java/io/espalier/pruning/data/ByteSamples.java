package io.espalier.pruning.data;

/** Samples with values 0 to 255, one byte each. */
public final class ByteSamples implements Samples {
    private final SampleShape shape;
    private final byte[][] values;
    private final int[] labels;

    /** Takes over both arrays; each element of {@code values} is one sample, channel first. */
    ByteSamples(SampleShape shape, byte[][] values, int[] labels) {
        this.shape = shape;
        this.values = values;
        this.labels = labels;
    }

    @Override
    public SampleShape shape() {
        return shape;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void copyRaw(int index, float[] target, int offset) {
        byte[] sample = values[index];
        for (int i = 0; i < sample.length; i++) {
            target[offset + i] = sample[i] & 255;
        }
    }

    /** A copy of one sample's bytes in the given layout. */
    public byte[] bytes(int index, Layout layout) {
        byte[] sample = values[index];
        if (layout == Layout.NCHW) {
            return sample.clone();
        }
        byte[] result = new byte[sample.length];
        int area = shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            for (int p = 0; p < area; p++) {
                result[layout.index(shape, c, p)] = sample[c * area + p];
            }
        }
        return result;
    }

    /** The samples themselves, channel first; for writing them elsewhere, never for changing them. */
    byte[] planar(int index) {
        return values[index];
    }

    @Override
    public ByteSamples select(int[] indices) {
        byte[][] chosen = new byte[indices.length][];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosen[i] = values[indices[i]];
            chosenLabels[i] = labels[indices[i]];
        }
        return new ByteSamples(shape, chosen, chosenLabels);
    }
}
