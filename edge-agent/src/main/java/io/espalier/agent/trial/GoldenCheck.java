package io.espalier.agent.trial;

import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.proto.v1.Sample;
import io.espalier.proto.v1.Samples;
import java.nio.FloatBuffer;

/** Compares a model's outputs with those it had in the cloud. */
final class GoldenCheck {
    private final double tolerance;

    /** {@code tolerance} is absolute and, for values beyond one, relative. */
    GoldenCheck(double tolerance) {
        this.tolerance = tolerance;
    }

    /** The largest difference seen, and what was wrong; nothing was wrong where {@code complaint} is empty. */
    record Verdict(double maxAbsDifference, String complaint) {}

    Verdict judge(ServedModel candidate, Samples golden) throws ModelUnusableException {
        double worst = 0;
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
        }
        return new Verdict(worst, "");
    }
}
