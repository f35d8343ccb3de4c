package io.espalier.pruning.cli;

import io.espalier.pruning.data.InputContract;
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
        return better.map(likely -> said + " Its input is probably not scaled as in its training. With "
                        + likely.name()
                        + String.format(
                                Locale.ROOT,
                                " it gets %.1f %% of %d samples right. ",
                                100 * likely.accuracy(),
                                likely.samples())
                        + advice(likely))
                .orElse(said + " No usual scaling of the input helps. Do model and data belong together, and are the"
                        + " classes in the order the model was trained with?");
    }

    private static String advice(ContractSearch.Candidate better) {
        return better.contract().equals(InputContract.RAW)
                ? "Give none of --scale, --mean and --std"
                : "Try again with " + options(better);
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
