package io.espalier.pruning.data;

/** Samples with floating-point values. */
public final class FloatSamples implements Samples {
    private final SampleShape shape;
    private final float[][] values;
    private final int[] labels;

    /** Takes over both arrays; each element of {@code values} is one sample, channel first. */
    FloatSamples(SampleShape shape, float[][] values, int[] labels) {
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
        System.arraycopy(values[index], 0, target, offset, values[index].length);
    }

    @Override
    public FloatSamples select(int[] indices) {
        float[][] chosen = new float[indices.length][];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosen[i] = values[indices[i]];
            chosenLabels[i] = labels[indices[i]];
        }
        return new FloatSamples(shape, chosen, chosenLabels);
    }
}
