package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Holds what is known of a model against what a goal asks for. */
final class GoalCheck {
    private GoalCheck() {}

    /** What the best variant lacks of the goal's accuracy; null where it has it, or none is asked for. */
    static @Nullable String inaccurate(Goal goal, @Nullable Double accuracy) {
        Double least = goal.minAccuracy();
        if (least == null) {
            return null;
        }
        if (accuracy == null) {
            return "The accuracy of the best variant for " + goal.inWords() + " is not known.";
        }
        return accuracy < least
                ? String.format(
                        Locale.ROOT,
                        "The best variant for %s reaches %.1f %% accuracy.",
                        goal.inWords(),
                        accuracy * 100)
                : null;
    }

    /** Why no plan could show that the goal's accuracy is reached; null where one may, or none is asked for. */
    static @Nullable String accuracyOutOfReach(Goal goal, Facts.Model model) {
        Double least = goal.minAccuracy();
        if (least == null) {
            return null;
        }
        Double accuracy = model.accuracy();
        if (accuracy == null) {
            return "Asks for " + goal.inWords() + ", but the accuracy of model " + model.name()
                    + " is not known: it was uploaded without a data set.";
        }
        return accuracy < least && !goal.asksForLess()
                ? String.format(
                        Locale.ROOT,
                        "Asks for %s, but model %s itself reaches %.1f %%; pruning only makes models cheaper.",
                        goal.inWords(),
                        model.name(),
                        accuracy * 100)
                : null;
    }

    /** Whether the unpruned model does, as far as that can be told without a worker. */
    static boolean metBy(Goal goal, Facts.Model model, @Nullable Trial dense) {
        Double latency = goal.latencyP95Micros();
        if (latency != null && (dense == null || dense.p95Micros() > latency)) {
            return false;
        }
        if (goal.sizeBytes() != null && model.sizeBytes() > goal.sizeBytes()) {
            return false;
        }
        Double least = goal.minAccuracy();
        Double accuracy = model.accuracy();
        if (least != null && (accuracy == null || accuracy < least)) {
            return false;
        }
        // Memory of the unpruned model is the worker's to judge.
        return goal.memoryBytes() == null;
    }
}
