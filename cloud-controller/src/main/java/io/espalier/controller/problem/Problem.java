package io.espalier.controller.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One RFC 9457 problem. Its type never changes once published; clients may switch on it.
 *
 * @param kind last part of the type, such as {@code budget-below-floor}
 * @param extensions further members, such as {@code floorP95Micros}
 */
public record Problem(int status, String kind, String title, String detail, Map<String, Object> extensions) {
    private static final String TYPE_PREFIX = "urn:espalier:problem:";

    public Problem {
        extensions = Map.copyOf(extensions);
    }

    public static Problem of(int status, String kind, String title, String detail) {
        return new Problem(status, kind, title, detail, Map.of());
    }

    /** @param field empty where the request as a whole is wrong */
    public static Problem invalid(String field, String detail) {
        Problem problem = of(400, "invalid-request", "The request is not valid", detail);
        return field.isEmpty() ? problem : problem.with("field", field);
    }

    public static Problem notFound(String what, String name) {
        return of(404, "not-found", "Not found", "There is no " + what + " \"" + name + "\"");
    }

    public String type() {
        return TYPE_PREFIX + kind;
    }

    /** Members in the order a reader wants them. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type());
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.putAll(extensions);
        return members;
    }

    public Problem with(String member, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extensions);
        more.put(member, value);
        return new Problem(status, kind, title, detail, more);
    }

    public ProblemException exception() {
        return new ProblemException(this);
    }
}
