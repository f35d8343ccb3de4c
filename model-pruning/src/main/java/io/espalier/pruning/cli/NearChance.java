package io.espalier.pruning.cli;

import io.espalier.pruning.evaluation.ContractSearch;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a model that guesses is not accepted, and what would make it work where that is known. */
final class NearChance {
    static final String TITLE = "The model does no better than guessing";

    private NearChance() {}

    static String detail(double accuracy, int samples, Optional<ContractSearch.Candidate> better) {
        String said = String.format(
                Locale.ROOT,
                "It gets %.1f %% of %d samples right, which guessing reaches too.",
                100 * accuracy,
                samples);
        return better.map(likely -> said + " The input values are probably not what the model was trained on: with "
                        + likely.reason() + ". Give it that scaling: " + options(likely))
                .orElse(said + " No usual scaling of the input helps: do model and data belong together, and are the"
                        + " classes in the order the model was trained with?");
    }

    private static String options(ContractSearch.Candidate better) {
        return "--scale " + (float) better.contract().scale()
                + numbers(" --mean ", better.contract().mean())
                + numbers(" --std ", better.contract().std());
    }

    private static String numbers(String option, List<Double> values) {
        return values.isEmpty()
                ? ""
                : option + values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
