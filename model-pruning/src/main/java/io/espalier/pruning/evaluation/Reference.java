package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;

/** The outputs of one model for some samples, which other models are held against; no labels are needed. */
public final class Reference {
    private static final int BATCH = 200;
    /** Outputs that vary less than this share of their size count as constant and as varying this much. */
    private static final double LEAST_VARIATION = 1e-6;

    private final Samples samples;
    private final InputContract contract;
    private final int[] sizes;
    private final float[][] outputs;

    private Reference(Samples samples, InputContract contract, int[] sizes, float[][] outputs) {
        this.samples = samples;
        this.contract = contract;
        this.sizes = sizes;
        this.outputs = outputs;
    }

    /** <b>Cost:</b> all outputs of all samples in memory, 4 bytes a number. */
    public static Reference of(OnnxModel model, Samples samples, InputContract contract) {
        return new Reference(samples, contract, model.outputSizes(), outputs(model, samples, contract));
    }

    /** How near a model comes; its outputs must be as many, in the same order. */
    public Agreement agreement(OnnxModel model) {
        if (!java.util.Arrays.equals(model.outputSizes(), sizes)) {
            throw new UnusableModelException("The model has outputs of " + java.util.Arrays.toString(model.outputSizes())
                    + " numbers a sample, but " + java.util.Arrays.toString(sizes) + " are wanted");
        }
        float[][] got = outputs(model, samples, contract);
        double rSquared = 0;
        double error = 0;
        int from = 0;
        for (int size : sizes) {
            double[] squares = new double[3];
            for (int c = from; c < from + size; c++) {
                add(squares, got, c);
            }
            double all = Math.max(squares[2], Double.MIN_NORMAL);
            rSquared += 1 - squares[0] / Math.max(squares[1], LEAST_VARIATION * all);
            error += Math.sqrt(squares[0] / all);
            from += size;
        }
        return new Agreement(samples.size(), rSquared / sizes.length, error / sizes.length);
    }

    /** One column's squared difference, squared distance from its mean, and square. */
    private void add(double[] squares, float[][] got, int column) {
        double sum = 0;
        double square = 0;
        for (int i = 0; i < outputs.length; i++) {
            double wanted = outputs[i][column];
            double difference = got[i][column] - wanted;
            squares[0] += difference * difference;
            sum += wanted;
            square += wanted * wanted;
        }
        squares[1] += Math.max(0, square - sum * sum / outputs.length);
        squares[2] += square;
    }

    private static float[][] outputs(OnnxModel model, Samples samples, InputContract contract) {
        float[][] all = new float[samples.size()][];
        SampleFeed.forEachBatch(model.input(), samples, contract, BATCH, (from, values, count) -> {
            float[][] rows = model.run(values, count);
            System.arraycopy(rows, 0, all, from, count);
        });
        return all;
    }
}
