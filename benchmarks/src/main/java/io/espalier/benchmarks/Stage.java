package io.espalier.benchmarks;

import java.util.List;

/**
 * Steps that do not need each other's results, only those of earlier stages.
 *
 * @param atOnce steps that may run at the same time, each in a JVM of its own with one native thread
 */
public record Stage(int atOnce, List<Step> steps) {
    public Stage {
        steps = List.copyOf(steps);
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce is " + atOnce + ", must be at least 1");
        }
    }

    /** As many at a time as the machine has cores. */
    public static Stage parallel(List<Step> steps) {
        return new Stage(Runtime.getRuntime().availableProcessors(), steps);
    }

    /** One after another, so that nothing disturbs what is timed. */
    public static Stage alone(Step... steps) {
        return new Stage(1, List.of(steps));
    }
}
