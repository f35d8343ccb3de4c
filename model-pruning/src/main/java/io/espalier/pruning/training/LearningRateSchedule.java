package io.espalier.pruning.training;

/**
 * Linear warm-up to a peak, then half a cosine down to zero.
 *
 * <p>Source: Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", section 3, one period.
 *
 * @param start step at which this schedule takes over; it warms up from there
 */
record LearningRateSchedule(double peak, int start, int totalSteps) {
    private static final int WARM_UP_STEPS = 50;

    double at(int step) {
        double warmUp = Math.min(1, (step - start + 1.0) / Math.min(WARM_UP_STEPS, 1 + totalSteps / 4));
        return warmUp * peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(step, totalSteps) / totalSteps));
    }

    /** The same course from this step on with half the peak. */
    LearningRateSchedule halved(int step) {
        return new LearningRateSchedule(peak / 2, step, totalSteps);
    }
}
