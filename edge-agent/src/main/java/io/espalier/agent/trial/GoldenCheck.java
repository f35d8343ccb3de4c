package io.espalier.agent.trial;

import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.proto.v1.Sample;
import io.espalier.proto.v1.Samples;
import java.nio.FloatBuffer;

/** Compares a model's outputs with those it had in the cloud, and what it makes of labelled samples with the least accuracy. */
final class GoldenCheck {
    /** What so few right answers must be less likely than, had the model the least accuracy. */
    private static final double UNLIKELY = 0.025;

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
                right < labelled && likelihood(right, labelled, leastAccuracy) < UNLIKELY
                        ? right + " of " + labelled + " labelled golden samples are right, too few for the "
                                + leastAccuracy + " that is asked for"
                        : "");
    }

    /** Probability of no more right answers than these, by the binomial distribution. */
    private static double likelihood(int right, int of, double accuracy) {
        if (accuracy >= 1) {
            return right < of ? 0 : 1;
        }
        double term = Math.pow(1 - accuracy, of);
        double sum = 0;
        for (int k = 0; k <= right; k++) {
            sum += term;
            term *= accuracy / (1 - accuracy) * (of - k) / (k + 1);
        }
        return sum;
    }
}
