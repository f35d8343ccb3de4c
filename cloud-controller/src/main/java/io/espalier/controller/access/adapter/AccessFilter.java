package io.espalier.controller.access.adapter;

import io.espalier.controller.access.Role;
import io.espalier.controller.problem.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets a request through to the API: reading takes any role, changing takes an operator. Agents enrol and fetch
 * artifacts without a session; artifacts are named by digests that only those who were told know.
 */
final class AccessFilter {
    private static final String API = "/api/v1/";
    private static final Set<String> OPEN = Set.of("/api/v1/login", "/api/v1/enrol");
    private static final String OPEN_ARTIFACTS = "/api/v1/artifacts/";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final SecurityIdentity identity;
    private final RevokedSessions revoked;

    AccessFilter(SecurityIdentity identity, RevokedSessions revoked) {
        this.identity = identity;
        this.revoked = revoked;
    }

    @ServerRequestFilter(priority = 1000)
    public void check(ContainerRequestContext request) {
        String path = request.getUriInfo().getRequestUri().getPath();
        boolean reading = READING.contains(request.getMethod());
        if (!path.startsWith(API) || OPEN.contains(path) || (reading && path.startsWith(OPEN_ARTIFACTS))) {
            return;
        }
        if (identity.isAnonymous()
                || !(identity.getPrincipal() instanceof JsonWebToken session)
                || session.getTokenID() == null
                || revoked.contains(session.getTokenID())) {
            throw Problem.of(
                            401,
                            "login-required",
                            "Login required",
                            "Log in with POST /api/v1/login; the session may have expired")
                    .exception();
        }
        boolean mayChange = identity.hasRole(Role.OPERATOR.wireName()) || identity.hasRole(Role.ADMIN.wireName());
        if (!reading && !mayChange && !path.equals("/api/v1/logout")) {
            throw Problem.of(
                            403,
                            "forbidden",
                            "Not allowed",
                            "The role of \"" + session.getSubject() + "\" only reads; this takes an operator")
                    .exception();
        }
    }
}
