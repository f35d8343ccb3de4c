package io.espalier.controller.access.adapter;

import io.espalier.controller.access.Role;
import io.espalier.controller.problem.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets a request through to the API: reading takes any role, changing takes an operator. Closed by default; what is
 * open says {@link PermitAll}: login, enrolment by claim token, and artifacts, whose names only those know who were
 * told.
 */
final class AccessFilter {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** {@code none} is a person who typed the address. */
    private static final Set<String> SAME_SITE = Set.of("same-origin", "none");

    private final SecurityIdentity identity;
    private final RevokedSessions revoked;

    AccessFilter(SecurityIdentity identity, RevokedSessions revoked) {
        this.identity = identity;
        this.revoked = revoked;
    }

    @ServerRequestFilter(priority = 1000)
    public void check(ContainerRequestContext request, ResourceInfo resource) {
        if (resource.getResourceMethod().isAnnotationPresent(PermitAll.class)
                || resource.getResourceClass().isAnnotationPresent(PermitAll.class)) {
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
        if (!READING.contains(request.getMethod()) && comesFromAnotherSite(request)) {
            throw Problem.of(
                            403,
                            "cross-site-request",
                            "Not from another site",
                            "A browser sent this for a page of another site; only the console's own pages may change"
                                    + " anything with its cookie")
                    .exception();
        }
        boolean mayChange = identity.hasRole(Role.OPERATOR.wireName()) || identity.hasRole(Role.ADMIN.wireName());
        if (!READING.contains(request.getMethod()) && !mayChange) {
            throw Problem.of(
                            403,
                            "forbidden",
                            "Not allowed",
                            "The role of \"" + session.getSubject() + "\" only reads; this takes an operator")
                    .exception();
        }
    }

    /** The cookie is {@code SameSite=Strict}; this also holds where a browser does not heed that. */
    private static boolean comesFromAnotherSite(ContainerRequestContext request) {
        String site = request.getHeaderString("Sec-Fetch-Site");
        return site != null && !SAME_SITE.contains(site) && request.getHeaderString(HttpHeaders.AUTHORIZATION) == null;
    }
}
