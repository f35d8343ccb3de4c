package io.espalier.demo.api;

import com.fasterxml.jackson.databind.JsonNode;

/** The controller said no; the body is its problem document. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode body;

    ProblemException(String call, int status, JsonNode body) {
        super("%s answered %d: %s".formatted(call, status, text(body)));
        this.status = status;
        this.body = body;
    }

    private static String text(JsonNode body) {
        String title = body.path("title").asText("");
        String detail = body.path("detail").asText("");
        return detail.isEmpty() ? title : detail;
    }

    public int status() {
        return status;
    }

    /** The stable name of the problem, for instance {@code urn:espalier:problem:budget-below-floor}. */
    public String type() {
        return body.path("type").asText("");
    }

    public String detail() {
        return text(body);
    }

    /** A number the problem carries, NaN when it does not. */
    public double number(String field) {
        return body.path(field).asDouble(Double.NaN);
    }
}
