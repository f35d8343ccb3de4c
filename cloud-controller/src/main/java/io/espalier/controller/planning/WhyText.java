package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers "why this model?" in a few sentences, from numbers alone. */
public final class WhyText {
    private WhyText() {}

    /**
     * What the answer is made of; a null is not known.
     *
     * @param takenBecause why a variant serves that was not pruned for this plan; null where it was
     */
    public record Numbers(
            String modelName,
            @Nullable Goal goal,
            @Nullable Double denseP95Micros,
            @Nullable Double floorP95Micros,
            boolean servesPruned,
            @Nullable String takenBecause,
            int candidates,
            @Nullable Double predictedP95Micros,
            @Nullable Double measuredP95Micros,
            double correction,
            @Nullable Double accuracyDense,
            @Nullable Double accuracyServing,
            @Nullable String standing) {}

    public static String of(Numbers numbers) {
        List<String> sentences = new ArrayList<>();
        Goal goal = numbers.goal();
        sentences.add(
                goal == null ? "No budget is set for this device." : "The budget asks for " + goal.inWords() + ".");
        if (numbers.denseP95Micros() != null) {
            sentences.add("The unpruned " + numbers.modelName() + " takes " + Units.micros(numbers.denseP95Micros())
                    + " at p95 here" + judged(goal, numbers.denseP95Micros()) + ".");
        }
        if (numbers.floorP95Micros() != null) {
            sentences.add("With every prunable layer at its least width it would still take "
                    + Units.micros(numbers.floorP95Micros()) + ".");
        }
        if (numbers.servesPruned()) {
            sentences.add(chosen(numbers));
        }
        if (numbers.accuracyDense() != null && numbers.accuracyServing() != null && numbers.servesPruned()) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "On held-out data the unpruned model as shipped is right in %.1f %% of cases, this variant in %.1f %%.",
                    numbers.accuracyDense() * 100,
                    numbers.accuracyServing() * 100));
        }
        if (numbers.standing() != null) {
            sentences.add(numbers.standing());
        }
        return String.join(" ", sentences);
    }

    private static String judged(@Nullable Goal goal, double denseP95Micros) {
        if (goal == null || goal.latencyP95Micros() == null) {
            return "";
        }
        return denseP95Micros <= goal.latencyP95Micros() ? ", which is within it" : ", which is too slow";
    }

    private static String chosen(Numbers numbers) {
        StringBuilder sentence = new StringBuilder();
        String taken = numbers.takenBecause();
        if (taken != null) {
            sentence.append(taken.replaceAll("\\.$", ""));
        } else if (numbers.candidates() > 1) {
            sentence.append("Of ")
                    .append(numbers.candidates())
                    .append(" candidates this one was expected to be the")
                    .append(" most accurate within the budget");
        } else {
            sentence.append("This variant was pruned for it");
        }
        if (numbers.predictedP95Micros() != null) {
            sentence.append("; predicted ").append(Units.micros(numbers.predictedP95Micros()));
        }
        if (numbers.measuredP95Micros() != null) {
            sentence.append(", measured ")
                    .append(Units.micros(numbers.measuredP95Micros()))
                    .append(" in the device's trial");
        }
        if (numbers.correction() != 1) {
            sentence.append(", planned with correction ").append(numbers.correction());
        }
        return sentence.append('.').toString();
    }
}
