package io.espalier.agent.trial;

import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.proto.v1.Sample;
import io.espalier.proto.v1.Samples;
import java.nio.FloatBuffer;

/** Compares a model's outputs with those it had in the cloud, and what it makes of labelled samples with the least accuracy. */
final class GoldenCheck {
    /** Of the normal distribution, for a one-sided bound at 97.5 %. */
    private static final double Z = 1.96;

    private final double tolerance;

    /** {@code tolerance} is absolute and, for values beyond one, relative. */
    GoldenCheck(double tolerance) {
        this.tolerance = tolerance;
    }

    /** The largest difference seen, and what was wrong; nothing was wrong where {@code complaint} is empty. */
    record Verdict(double maxAbsDifference, String complaint) {}

    /** {@code leastAccuracy} is a fraction of correct answers; 0 asks for none. */
    Verdict judge(ServedModel candidate, Samples golden, double leastAccuracy) throws ModelUnusableException {
        double worst = 0;
        int labelled = 0;
        int right = 0;
        for (int i = 0; i < golden.getSamplesCount(); i++) {
            Sample sample = golden.getSamples(i);
            if (sample.getExpectedOutputCount() == 0) {
                continue;
            }
            candidate.preparation().write(sample, candidate.model().input());
            candidate.model().runNanos();
            FloatBuffer output = candidate.model().output();
            if (output.capacity() != sample.getExpectedOutputCount()) {
                return new Verdict(
                        worst,
                        "golden sample " + i + " expects " + sample.getExpectedOutputCount()
                                + " outputs, the model gives " + output.capacity());
            }
            for (int j = 0; j < output.capacity(); j++) {
                double expected = sample.getExpectedOutput(j);
                double difference = Math.abs(output.get(j) - expected);
                worst = Double.isNaN(difference) ? Double.NaN : Math.max(worst, difference);
                if (!(difference <= tolerance * Math.max(1, Math.abs(expected)))) {
                    return new Verdict(
                            worst,
                            "golden sample " + i + ", output " + j + ": expected " + expected + ", got "
                                    + output.get(j));
                }
            }
            if (sample.hasLabel()) {
                labelled++;
                right += candidate.model().argmax() == sample.getLabel() ? 1 : 0;
            }
        }
        return new Verdict(
                worst,
                labelled > 0 && mostAccuracy(right, labelled) < leastAccuracy
                        ? right + " of " + labelled + " labelled golden samples are right, too few for the "
                                + leastAccuracy + " that is asked for"
                        : "");
    }

    /** What accuracy so few samples still allow: the upper end of Wilson's interval. */
    private static double mostAccuracy(int right, int of) {
        double share = (double) right / of;
        double spread = Z * Math.sqrt(share * (1 - share) / of + Z * Z / (4.0 * of * of));
        return (share + Z * Z / (2.0 * of) + spread) / (1 + Z * Z / of);
    }
}
