package io.espalier.pruning.data;

/** Samples whose labels are taken away. */
public final class UnlabelledSamples {
    private UnlabelledSamples() {}

    public static Samples of(Samples labelled) {
        float[][] values = new float[labelled.size()][labelled.shape().values()];
        for (int i = 0; i < values.length; i++) {
            labelled.copyRaw(i, values[i], 0);
        }
        return new FloatSamples(labelled.shape(), values, Samples.noLabels(values.length));
    }
}
