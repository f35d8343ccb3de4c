package io.espalier.controller.database.adapter;

import io.espalier.controller.problem.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Answers 503 at once while the database has never been reached, instead of failing in the middle of a request. */
final class DatabaseFilter {
    private final DatabaseGate gate;

    DatabaseFilter(DatabaseGate gate) {
        this.gate = gate;
    }

    @ServerRequestFilter(priority = 500)
    public @Nullable Response refuseWhileClosed(ContainerRequestContext request) {
        if (gate.isOpen()) {
            return null;
        }
        String reason = gate.probe();
        Problem problem = DatabaseAway.problem(reason == null ? "It is being prepared" : reason);
        return Response.status(503)
                .type(MediaType.valueOf("application/problem+json"))
                .header("Retry-After", DatabaseAway.RETRY_AFTER_SECONDS)
                .entity(problem.members())
                .build();
    }
}
