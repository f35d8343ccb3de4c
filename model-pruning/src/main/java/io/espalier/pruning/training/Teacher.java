package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.Outputs;

/** Soft targets from a model in ONNX Runtime, batch after batch in the same memory: one caller at a time. */
final class Teacher {
    private final OnnxModel model;
    private final double temperature;
    private final double[] logProbabilities;
    private float[] channelLast = new float[0];

    /** One whose outputs are used as they are. */
    Teacher(OnnxModel model) {
        this(model, 1);
    }

    Teacher(OnnxModel model, double temperature) {
        this.model = model;
        this.temperature = temperature;
        this.logProbabilities = new double[model.outputs()];
    }

    /** Throws unless the teacher takes the same input and gives as many numbers for it. */
    Teacher requireFits(SampleShape shape, int classes) {
        if (!model.input().shape().equals(shape) || model.outputs() != classes) {
            throw new IllegalArgumentException(
                    "The teacher takes " + model.input().shape() + " and has " + model.outputs()
                            + " outputs, but the trained model takes " + shape + " and has " + classes);
        }
        return this;
    }

    /** Writes probabilities at the temperature for a batch of channel-first model input, one row after another. */
    void targets(float[] values, int batch, float[] rows) {
        outputs(values, batch, rows);
        for (int i = 0; i < batch; i++) {
            soften(rows, i * logProbabilities.length);
        }
    }

    /** Writes the model's outputs for a batch of channel-first model input, one row after another. */
    void outputs(float[] values, int batch, float[] rows) {
        model.run(inLayout(values, batch), batch, rows);
    }

    private float[] inLayout(float[] values, int batch) {
        SampleShape shape = model.input().shape();
        if (model.input().layout() == Layout.NCHW || shape.channels() == 1) {
            return values;
        }
        if (channelLast.length != batch * shape.values()) {
            channelLast = new float[batch * shape.values()];
        }
        for (int i = 0; i < batch; i++) {
            InputContract.interleave(shape, values, i * shape.values(), channelLast, i * shape.values());
        }
        return channelLast;
    }

    private void soften(float[] rows, int from) {
        Outputs.logProbabilities(rows, from, logProbabilities);
        double sum = 0;
        for (int c = 0; c < logProbabilities.length; c++) {
            logProbabilities[c] = Math.exp(logProbabilities[c] / temperature);
            sum += logProbabilities[c];
        }
        for (int c = 0; c < logProbabilities.length; c++) {
            rows[from + c] = (float) (logProbabilities[c] / sum);
        }
    }
}
