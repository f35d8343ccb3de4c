package io.espalier.pruning.training;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cross-entropy with labels, mixed with distillation from a teacher, on logits.
 *
 * <p>Targets have two halves, {@code [batch, 2 * classes]}: the one-hot labels, then the teacher's probabilities at the
 * temperature. With share a, temperature T, student logits z:
 * {@code (1 - a) CE(labels, softmax(z)) + a T^2 CE(teacher, softmax(z / T))}. Source: Hinton, Vinyals and Dean 2015,
 * "Distilling the Knowledge in a Neural Network", section 2.
 *
 * <p>Batches of logits are small, so plain loops beat a dozen native calls.
 */
final class SoftTargetLoss implements RowLoss {
    private static final long serialVersionUID = 1;

    private final double share;
    private final double temperature;

    /** With share 0 the teacher's half of the targets is ignored. */
    SoftTargetLoss(double share, double temperature) {
        this.share = share;
        this.temperature = temperature;
    }

    @Override
    public INDArray computeGradient(INDArray targets, INDArray logits, IActivation activation, INDArray mask) {
        float[] z = Floats.of(logits);
        float[] target = Floats.of(targets);
        int classes = (int) logits.size(1);
        float[] gradient = new float[z.length];
        double[] p = new double[classes];
        for (int row = 0; row < z.length / classes; row++) {
            int from = row * classes;
            softmax(z, from, 1, p);
            for (int c = 0; c < classes; c++) {
                gradient[from + c] = (float) ((1 - share) * (p[c] - target[2 * from + c]));
            }
            if (share > 0) {
                softmax(z, from, temperature, p);
                for (int c = 0; c < classes; c++) {
                    gradient[from + c] += (float) (share * temperature * (p[c] - target[2 * from + classes + c]));
                }
            }
        }
        return Nd4j.createFromArray(gradient).reshape(logits.shape());
    }

    @Override
    public String name() {
        return "soft-targets";
    }

    @Override
    public double[] losses(INDArray targets, INDArray logits) {
        float[] z = Floats.of(logits);
        float[] target = Floats.of(targets);
        int classes = (int) logits.size(1);
        double[] losses = new double[z.length / classes];
        double[] p = new double[classes];
        for (int row = 0; row < losses.length; row++) {
            int from = row * classes;
            softmax(z, from, 1, p);
            losses[row] = (1 - share) * crossEntropy(target, 2 * from, p);
            if (share > 0) {
                softmax(z, from, temperature, p);
                losses[row] += share * temperature * temperature * crossEntropy(target, 2 * from + classes, p);
            }
        }
        return losses;
    }

    private static double crossEntropy(float[] target, int from, double[] p) {
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            if (target[from + c] > 0) {
                sum -= target[from + c] * Math.log(Math.max(p[c], 1e-30));
            }
        }
        return sum;
    }

    private static void softmax(float[] z, int from, double temperature, double[] result) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < result.length; c++) {
            max = Math.max(max, z[from + c] / temperature);
        }
        double sum = 0;
        for (int c = 0; c < result.length; c++) {
            result[c] = Math.exp(z[from + c] / temperature - max);
            sum += result[c];
        }
        for (int c = 0; c < result.length; c++) {
            result[c] /= sum;
        }
    }
}
