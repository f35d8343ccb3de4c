package io.espalier.pruning.evaluation;

/** A model of whose outputs the first names classes, one row a sample; close it to free native memory. */
public final class OnnxClassifier implements AutoCloseable {
    private final OnnxModel model;

    private OnnxClassifier(OnnxModel model) {
        this.model = model;
    }

    /** Loads a model from its bytes; throws {@link UnusableModelException}. */
    public static OnnxClassifier load(byte[] onnx, int threads) {
        return new OnnxClassifier(OnnxModel.load(onnx, threads, 1));
    }

    /** The same as a model of one output. */
    public OnnxModel model() {
        return model;
    }

    public ModelInput input() {
        return model.input();
    }

    /** Outputs of one sample: the number of classes. */
    public int outputs() {
        return model.outputs();
    }

    /**
     * Runs the first {@code count} samples of {@code values}, which lie one after another in the model's layout.
     *
     * <p><b>Shape:</b> {@code [count * values] -> [count][outputs]}.
     */
    public float[][] run(float[] values, int count) {
        return model.run(values, count);
    }

    @Override
    public void close() {
        model.close();
    }
}
