package io.espalier.controller.problem.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.espalier.controller.problem.FailureExplanation;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.problem.ProblemException;
import io.quarkus.arc.All;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** One mapper a family of failures; whatever is left is a bug, logged under an id that the caller gets too. */
final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final String PROBLEM_JSON = "application/problem+json";

    private final List<FailureExplanation> explanations;

    ProblemMappers(@All List<FailureExplanation> explanations) {
        this.explanations = explanations;
    }

    @ServerExceptionMapper
    public Response problem(ProblemException e) {
        return respond(e.problem());
    }

    @ServerExceptionMapper
    public Response mismatch(MismatchedInputException e) {
        return respond(JsonProblems.of(e));
    }

    @ServerExceptionMapper
    public Response json(JsonProcessingException e) {
        return respond(JsonProblems.of(e));
    }

    @ServerExceptionMapper
    public Response illegal(IllegalArgumentException e) {
        String message = e.getMessage();
        return respond(Problem.of(
                400,
                "invalid-request",
                "The request is not valid",
                message == null ? "A value is not legal" : message));
    }

    @ServerExceptionMapper({AuthenticationFailedException.class, UnauthorizedException.class})
    public Response unauthenticated(SecurityException e) {
        return respond(Problem.of(
                401,
                "login-required",
                "Login required",
                "Log in with POST /api/v1/login; the session may have expired"));
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e) {
        return respond(Problem.of(403, "forbidden", "Not allowed", "This account's role does not allow that"));
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException e, ContainerRequestContext request) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return respond(JsonProblems.of(json));
        }
        if (e.getCause() instanceof ProblemException problem) {
            return respond(problem.problem());
        }
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        return respond(HttpProblems.of(
                status,
                e.getMessage(),
                request.getMethod() + " " + request.getUriInfo().getPath()));
    }

    @ServerExceptionMapper
    public Response bug(Throwable e) {
        if (rootProblem(e) instanceof ProblemException problem) {
            return respond(problem.problem());
        }
        for (FailureExplanation explanation : explanations) {
            Optional<Problem> known = explanation.explain(e);
            if (known.isPresent()) {
                return respond(known.get());
            }
        }
        String id = UUID.randomUUID().toString();
        LOG.errorf(e, "Request failed, error %s", id);
        return respond(Problem.of(
                500, "internal-error", "Internal error", "Something went wrong here; the log has it as " + id));
    }

    private static @Nullable Throwable rootProblem(Throwable e) {
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < 8; depth++, cause = cause.getCause()) {
            if (cause instanceof ProblemException) {
                return cause;
            }
        }
        return null;
    }

    private static Response respond(Problem problem) {
        Response.ResponseBuilder response = Response.status(problem.status())
                .type(MediaType.valueOf(PROBLEM_JSON))
                .entity(problem.members());
        if (problem.extensions().get("retryAfterSeconds") instanceof Number seconds) {
            response.header("Retry-After", seconds);
        }
        return response.build();
    }
}
