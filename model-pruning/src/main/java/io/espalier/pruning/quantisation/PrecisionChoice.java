package io.espalier.pruning.quantisation;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.allocation.Target;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Decides between the best float network for a budget and the best one in 8-bit integers; they need not be equally wide.
 *
 * <p>Integers are never presumed faster, nor to take less energy: under a budget of either they count only where the device
 * timed them, whatever was asked for. Without one nothing but size, memory and accuracy counts. The budget goes before what
 * was asked for: float ships where it fits and integers do not.
 *
 * @param reason for a person
 */
public record PrecisionChoice(Precision precision, String reason) {
    /** A gain below this is within the noise of the timings. */
    private static final double WORTHWHILE = 0.95;

    /** How a variant computes. */
    public enum Precision {
        FLOAT32,
        INT8
    }

    /**
     * One network that could be shipped.
     *
     * @param accuracy measured, on the same samples for both
     */
    public record Candidate(Cost cost, double accuracy) {}

    /**
     * The better one.
     *
     * @param speedRatio integer over float latency of the integer candidate's network; empty where it was not timed
     */
    public static PrecisionChoice of(
            AskedPrecision asked, Limits limits, Candidate floats, Candidate integers, OptionalDouble speedRatio) {
        Target target = limits.target();
        if (asked == AskedPrecision.FLOAT32) {
            return new PrecisionChoice(Precision.FLOAT32, "8-bit integers were not asked for");
        }
        boolean timed = target.needsTimings();
        if (timed && speedRatio.isEmpty()) {
            return new PrecisionChoice(
                    Precision.FLOAT32, "the device has not timed 8-bit integers in a network like this");
        }
        if (asked == AskedPrecision.INT8) {
            boolean floatsAloneFit = limits.fits(floats.cost()) && !limits.fits(integers.cost());
            return floatsAloneFit
                    ? new PrecisionChoice(
                            Precision.FLOAT32, "8-bit integers were asked for and do not fit the budget, float does")
                    : new PrecisionChoice(Precision.INT8, "8-bit integers were asked for");
        }
        boolean timeOnly =
                timed && target.sizeBytes().isEmpty() && target.memoryBytes().isEmpty();
        if (timeOnly && speedRatio.getAsDouble() > WORTHWHILE) {
            return new PrecisionChoice(
                    Precision.FLOAT32,
                    String.format(
                            Locale.ROOT,
                            "8-bit integers take %.2f of the time of float on the device",
                            speedRatio.getAsDouble()));
        }
        return byAccuracy(limits, floats, integers);
    }

    private static PrecisionChoice byAccuracy(Limits limits, Candidate floats, Candidate integers) {
        boolean floatsFit = limits.fits(floats.cost());
        if (!limits.fits(integers.cost())) {
            return new PrecisionChoice(Precision.FLOAT32, "8-bit integers do not fit the budget");
        }
        if (!floatsFit) {
            return new PrecisionChoice(Precision.INT8, "only 8-bit integers fit the budget");
        }
        double gain = 100 * (integers.accuracy() - floats.accuracy());
        return gain > 0
                ? new PrecisionChoice(
                        Precision.INT8,
                        String.format(Locale.ROOT, "%.1f points more accurate within the budget than float", gain))
                : new PrecisionChoice(
                        Precision.FLOAT32,
                        String.format(
                                Locale.ROOT, "8-bit integers are %.1f points less accurate within the budget", -gain));
    }
}
