package io.espalier.controller.model.adapter;

import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.problem.Problem;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The query parameters of an upload, each one named when it is not legal. */
final class ModelQuery {
    private static final Set<String> KNOWN = Set.of(
            "name",
            "datasetId",
            "scale",
            "mean",
            "std",
            "epochs",
            "rounds",
            "seed",
            "batchSize",
            "learningRate",
            "importance",
            "percentile",
            "percentileScope",
            "threshold",
            "maxTrainSamples",
            "distill",
            "control",
            "precision",
            "sparsity",
            "mostLost");

    private final MultivaluedMap<String, String> values;

    ModelQuery(MultivaluedMap<String, String> values) {
        this.values = values;
        for (String name : values.keySet()) {
            if (!KNOWN.contains(name)) {
                throw Problem.invalid(
                                name,
                                "Unknown query parameter \"" + name + "\". Known here: "
                                        + String.join(
                                                ", ", KNOWN.stream().sorted().toList()))
                        .exception();
            }
        }
    }

    @Nullable
    String text(String name) {
        String value = values.getFirst(name);
        return value == null || value.isBlank() ? null : value.trim();
    }

    InputScaling contract() {
        return new InputScaling(parsed("scale", Double::valueOf, 1.0), numbers("mean"), numbers("std"));
    }

    Recipe recipe() {
        Recipe usual = Recipe.USUAL;
        String importance = text("importance");
        String precision = text("precision");
        return new Recipe(
                parsed("epochs", Integer::valueOf, usual.epochs()),
                parsed("rounds", Integer::valueOf, usual.rounds()),
                parsed("seed", Long::valueOf, usual.seed()),
                parsed("batchSize", Integer::valueOf, usual.batchSize()),
                optional("learningRate", Double::valueOf),
                importance == null ? usual.importance() : importance,
                optional("percentile", Double::valueOf),
                text("percentileScope"),
                optional("threshold", Double::valueOf),
                optional("maxTrainSamples", Integer::valueOf),
                parsed("distill", ModelQuery::flag, usual.distill()),
                parsed("control", ModelQuery::flag, usual.control()),
                precision == null ? usual.precision() : precision,
                parsed("sparsity", Double::valueOf, usual.sparsity()),
                optional("mostLost", Double::valueOf));
    }

    private List<Double> numbers(String name) {
        List<Double> parsed = optional(
                name,
                text -> Arrays.stream(text.split(",", -1))
                        .map(part -> Double.valueOf(part.trim()))
                        .toList());
        return parsed == null ? List.of() : parsed;
    }

    private <T> T parsed(String name, Function<String, T> parser, T usual) {
        T value = optional(name, parser);
        return value == null ? usual : value;
    }

    private <T> @Nullable T optional(String name, Function<String, T> parser) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(name, "Query parameter \"" + name + "\" is not legal: \"" + text + "\"")
                    .exception();
        }
    }

    private static Boolean flag(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
