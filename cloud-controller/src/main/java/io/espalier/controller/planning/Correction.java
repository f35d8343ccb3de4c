package io.espalier.controller.planning;

/** Factor between what a plan predicted and what the device measured; the next plan multiplies its predictions by it. */
public record Correction(double factor) {
    private static final double SMALLEST = 0.5;
    private static final double LARGEST = 2;
    private static final double NOISE = 0.08;

    /** Just beyond noise. */
    private static final double STEP = 1.1;

    public static final Correction NONE = new Correction(1);

    public Correction {
        if (!(factor >= SMALLEST && factor <= LARGEST)) {
            throw new IllegalArgumentException("Correction " + factor + " is outside " + SMALLEST + " to " + LARGEST);
        }
    }

    /**
     * The correction after a trial. A prediction already carries this correction, so the two multiply; two decimals
     * are kept, so that devices which differ by noise alone share their plans.
     */
    public Correction after(double predictedMicros, double measuredMicros) {
        if (!(predictedMicros > 0) || !(measuredMicros > 0)) {
            return this;
        }
        double next = Math.round(factor * measuredMicros / predictedMicros * 100) / 100.0;
        return new Correction(Math.min(LARGEST, Math.max(SMALLEST, next)));
    }

    /** The same, but noise of a few percent is no reason to plan differently from other devices of the class. */
    public Correction suggestedBy(double predictedMicros, double measuredMicros) {
        double ratio = measuredMicros / predictedMicros;
        return Math.abs(ratio - 1) < NOISE ? this : after(predictedMicros, measuredMicros);
    }

    /** What is left of it should the measurement have been disturbed, which makes things slower and never faster. */
    Correction atLeast() {
        return factor > 1 ? halfway() : this;
    }

    /** For a network that is narrower by a step; the same where it is as large as can be. */
    Correction narrower() {
        return new Correction(Math.min(LARGEST, Math.round(factor * STEP * 100) / 100.0));
    }

    /** Half of it, as factors go: where all of it leaves no room, the measurement may have been disturbed. */
    public Correction halfway() {
        return new Correction(Math.round(Math.sqrt(factor) * 100) / 100.0);
    }
}
