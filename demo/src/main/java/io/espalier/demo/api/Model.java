package io.espalier.demo.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A base model: {@code inspecting}, {@code ready} or {@code invalid}. */
public record Model(
        String id,
        @Nullable String name,
        String state,
        @Nullable JsonNode problem,
        @Nullable JsonNode metrics,
        @Nullable Double baselineAccuracy) {
    public boolean ready() {
        return state.equals("ready");
    }

    public boolean invalid() {
        return state.equals("invalid");
    }

    /** Accuracy on the test split as shipped; null without a data set. */
    public @Nullable Double accuracy() {
        return number("accuracy");
    }

    public @Nullable Double number(String metric) {
        JsonNode value = metrics == null ? null : metrics.get(metric);
        return value == null || !value.isNumber() ? null : value.doubleValue();
    }

    /** Why it is invalid, in a sentence. */
    public String problemText() {
        if (problem == null || problem.isNull()) {
            return "no reason given";
        }
        if (problem.isTextual()) {
            return problem.textValue();
        }
        String title = problem.path("title").asText("");
        String detail = problem.path("detail").asText("");
        return detail.isEmpty() ? title : title.isEmpty() ? detail : title + ": " + detail;
    }
}
