package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import java.util.Arrays;

/**
 * The outputs of one model for some samples, which other models are held against; no labels are needed.
 *
 * <p><b>Cost:</b> at most 256 MiB. Of samples whose outputs would take more, some are drawn.
 */
public final class Reference {
    private static final int BATCH = 200;
    private static final long MAX_BYTES = 256L << 20;
    private static final long SEED = 7;
    /** What is infinite or no number at all is as far off as a number can be. */
    private static final double FARTHEST = Float.MAX_VALUE;

    private final Samples samples;
    private final InputContract contract;
    private final int[] sizes;
    private final float[][] outputs;
    private final OutputSpread spread;

    private Reference(Samples samples, InputContract contract, int[] sizes) {
        this.samples = samples;
        this.contract = contract;
        this.sizes = sizes;
        this.outputs = new float[samples.size()][];
        this.spread = new OutputSpread(sizes);
    }

    /**
     * Runs a model over samples.
     *
     * <p>Errors: {@link UnusableModelException} where an output is infinite or NaN, or none depends on the sample.
     */
    public static Reference of(OnnxModel model, Samples samples, InputContract contract) {
        return of(model, samples, contract, MAX_BYTES);
    }

    static Reference of(OnnxModel model, Samples samples, InputContract contract, long maxBytes) {
        long fitting = Math.max(1, maxBytes / ((long) Float.BYTES * model.outputs()));
        Samples drawn = samples.draw((int) Math.min(samples.size(), fitting), SEED);
        Reference reference = new Reference(drawn, contract, model.outputSizes());
        reference.read(model);
        return reference;
    }

    private void read(OnnxModel model) {
        SampleFeed.forEachBatch(model.input(), samples, contract, BATCH, (from, values, count) -> {
            float[][] rows = model.run(values, count);
            for (int i = 0; i < count; i++) {
                outputs[from + i] = rows[i];
                spread.add(rows[i]);
            }
        });
        if (samples.size() > 1 && spread.isConstant()) {
            throw new UnusableModelException("The model gives the same for all of " + samples.size()
                    + " samples: the input values are probably not what it was trained on. Check the input scaling"
                    + " (scale, mean, std)");
        }
    }

    /**
     * How near a model comes; its outputs must be as many, in the same order.
     *
     * <p>Errors: {@link UnusableModelException} where they are not.
     */
    public Agreement agreement(OnnxModel model) {
        if (!Arrays.equals(model.outputSizes(), sizes)) {
            throw new UnusableModelException("The model has outputs of " + Arrays.toString(model.outputSizes())
                    + " numbers a sample, but " + Arrays.toString(sizes) + " are wanted");
        }
        double[] differences = new double[sizes.length];
        SampleFeed.forEachBatch(model.input(), samples, contract, BATCH, (from, values, count) -> {
            float[][] rows = model.run(values, count);
            for (int i = 0; i < count; i++) {
                add(differences, rows[i], outputs[from + i]);
            }
        });
        double rSquared = 0;
        double error = 0;
        for (int output = 0; output < sizes.length; output++) {
            rSquared += 1 - differences[output] / spread.variation(output);
            error += Math.sqrt(differences[output] / spread.square(output));
        }
        return new Agreement(samples.size(), rSquared / sizes.length, error / sizes.length);
    }

    /** Adds each output's squared difference. */
    private void add(double[] differences, float[] got, float[] wanted) {
        int column = 0;
        for (int output = 0; output < sizes.length; output++) {
            for (int end = column + sizes[output]; column < end; column++) {
                double difference = got[column] - (double) wanted[column];
                double counted = Double.isFinite(difference) ? difference : FARTHEST;
                differences[output] += counted * counted;
            }
        }
    }
}
