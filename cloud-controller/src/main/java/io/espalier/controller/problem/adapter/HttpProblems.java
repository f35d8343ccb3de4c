package io.espalier.controller.problem.adapter;

import io.espalier.controller.problem.Problem;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what HTTP itself refuses, before a resource is asked: the address, the method, the type of the body. */
final class HttpProblems {
    /** Takes files, each as the body of a request. Everything else takes JSON. */
    static final Set<String> UPLOADS = Set.of("POST /api/v1/datasets", "POST /api/v1/models", "POST /api/v1/programs");

    private static final String LISTED = "; GET /q/openapi lists what is";

    private HttpProblems() {}

    /**
     * The problem of a status from 400 on.
     *
     * @param asked method and path of the request
     */
    static Problem of(int status, @Nullable String message, String asked) {
        return switch (status) {
            case 404 -> Problem.of(404, "not-found", "Not found", "Nothing is at " + asked + LISTED);
            case 405 -> Problem.of(405, "method-not-allowed", "Method not allowed", asked + " is not offered" + LISTED);
            case 406 ->
                Problem.of(
                        406,
                        "not-acceptable",
                        "Not acceptable",
                        asked + " cannot answer in any type of the Accept header");
            case 415 ->
                Problem.of(
                        415,
                        "unsupported-media-type",
                        "Unsupported media type",
                        asked + " does not take a body of this Content-Type: send "
                                + (UPLOADS.contains(asked)
                                        ? "the file itself as application/octet-stream"
                                        : "application/json"));
            default -> {
                Response.Status known = Response.Status.fromStatusCode(status);
                String title = known == null ? "HTTP " + status : known.getReasonPhrase();
                String kind = title.toLowerCase(Locale.ROOT).replace(' ', '-');
                yield Problem.of(status, kind, title, message == null ? title : message);
            }
        };
    }
}
