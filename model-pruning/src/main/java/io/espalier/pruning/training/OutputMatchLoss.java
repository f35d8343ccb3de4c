package io.espalier.pruning.training;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Squared difference from a teacher's outputs, each column with a weight of its own: {@code sum_c w_c (z_c - t_c)^2}.
 *
 * <p>Targets are the teacher's outputs as they are, {@code [batch, columns]}.
 */
final class OutputMatchLoss implements RowLoss {
    private static final long serialVersionUID = 1;

    private final float[] weights;

    OutputMatchLoss(float[] weights) {
        this.weights = weights.clone();
    }

    @Override
    public double[] losses(INDArray targets, INDArray outputs) {
        float[] z = Floats.of(outputs);
        float[] target = Floats.of(targets);
        double[] losses = new double[z.length / weights.length];
        for (int i = 0; i < z.length; i++) {
            double difference = z[i] - target[i];
            losses[i / weights.length] += weights[i % weights.length] * difference * difference;
        }
        return losses;
    }

    @Override
    public INDArray computeGradient(INDArray targets, INDArray outputs, IActivation activation, INDArray mask) {
        float[] z = Floats.of(outputs);
        float[] target = Floats.of(targets);
        float[] gradient = new float[z.length];
        for (int i = 0; i < z.length; i++) {
            gradient[i] = 2 * weights[i % weights.length] * (z[i] - target[i]);
        }
        return Nd4j.createFromArray(gradient).reshape(outputs.shape());
    }

    @Override
    public String name() {
        return "output-match";
    }
}
