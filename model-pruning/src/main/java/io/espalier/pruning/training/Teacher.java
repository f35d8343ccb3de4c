package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.Outputs;

/** Soft targets from a model in ONNX Runtime. */
final class Teacher {
    private final OnnxModel model;
    private final double temperature;

    /** One whose outputs are used as they are. */
    Teacher(OnnxModel model) {
        this(model, 1);
    }

    Teacher(OnnxModel model, double temperature) {
        this.model = model;
        this.temperature = temperature;
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

    /** Probabilities at the temperature for a batch of channel-first model input. */
    float[][] targets(float[] values, int batch) {
        float[][] rows = outputs(values, batch);
        for (float[] row : rows) {
            soften(row);
        }
        return rows;
    }

    /** The model's outputs for a batch of channel-first model input. */
    float[][] outputs(float[] values, int batch) {
        SampleShape shape = model.input().shape();
        float[] input = values;
        if (model.input().layout() == Layout.NHWC && shape.channels() > 1) {
            input = values.clone();
            for (int i = 0; i < batch; i++) {
                InputContract.interleave(shape, input, i * shape.values());
            }
        }
        return model.run(input, batch);
    }

    private void soften(float[] row) {
        double[] logProbabilities = Outputs.logProbabilities(row);
        double sum = 0;
        for (int c = 0; c < row.length; c++) {
            logProbabilities[c] = Math.exp(logProbabilities[c] / temperature);
            sum += logProbabilities[c];
        }
        for (int c = 0; c < row.length; c++) {
            row[c] = (float) (logProbabilities[c] / sum);
        }
    }
}
