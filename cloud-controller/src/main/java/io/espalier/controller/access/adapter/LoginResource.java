package io.espalier.controller.access.adapter;

import io.espalier.controller.access.Account;
import io.espalier.controller.access.Accounts;
import io.espalier.controller.access.GuessLimit;
import io.espalier.controller.access.PasswordHash;
import io.espalier.controller.access.SessionRevoked;
import io.espalier.controller.problem.Problem;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.event.Event;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Opens and closes sessions. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class LoginResource {
    private static final String COOKIE = "espalier_session";
    private static final Duration SESSION_LIFE = Duration.ofHours(12);
    private static final int LONGEST_TEXT = 256;
    private static final int HASHES_AT_ONCE = 2;

    private final Accounts accounts;
    private final SessionKey key;
    private final RevokedSessions revoked;
    private final Event<SessionRevoked> ended;
    private final SecurityIdentity identity;
    private final Clock clock;
    private final GuessLimit guesses;
    private final Semaphore hashing = new Semaphore(HASHES_AT_ONCE, true);
    /** Takes the time of a real check where there is no such account. */
    private final PasswordHash nobody = PasswordHash.of(UUID.randomUUID().toString(), new SecureRandom());

    LoginResource(
            Accounts accounts,
            SessionKey key,
            RevokedSessions revoked,
            Event<SessionRevoked> ended,
            SecurityIdentity identity,
            Clock clock) {
        this.accounts = accounts;
        this.key = key;
        this.revoked = revoked;
        this.ended = ended;
        this.identity = identity;
        this.clock = clock;
        this.guesses = new GuessLimit(clock);
    }

    record Credentials(@Nullable String username, @Nullable String password) {
        /** Never shows the password. */
        @Override
        public String toString() {
            return "Credentials of " + username;
        }
    }

    record Session(String token, Instant expiresAt) {}

    @POST
    @Operation(summary = "Log in")
    @Path("/login")
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    public Response login(@Nullable Credentials credentials, @Context HttpServerRequest request) {
        String username = bounded("username", credentials == null ? null : credentials.username());
        String password = bounded("password", credentials == null ? null : credentials.password());
        String origin = username + " " + request.remoteAddress().hostAddress();
        guesses.waitOf(origin).ifPresent(wait -> {
            throw Problem.of(
                            429,
                            "too-many-guesses",
                            "Too many failed logins",
                            "Try again in " + (wait.toSeconds() + 1) + " s")
                    .with("retryAfterSeconds", wait.toSeconds() + 1)
                    .exception();
        });
        Optional<Account> account = accounts.find(username);
        if (!matches(account.map(Account::password).orElse(nobody), password) || account.isEmpty()) {
            guesses.failed(origin);
            throw Problem.of(401, "wrong-credentials", "Wrong user name or password", "Check both and try again")
                    .exception();
        }
        guesses.succeeded(origin);
        Instant expiresAt = clock.instant().plus(SESSION_LIFE);
        String token = Jwt.issuer(SessionParser.ISSUER)
                .subject(username)
                .upn(username)
                .groups(account.get().role().wireName())
                .expiresAt(expiresAt)
                .sign(key.get());
        return Response.ok(new Session(token, expiresAt))
                .cookie(cookie(token, SESSION_LIFE, request.isSSL()))
                .build();
    }

    /** Ends this session everywhere it was copied to. */
    @POST
    @Operation(summary = "End the session")
    @Path("/logout")
    @PermitAll
    @Consumes(MediaType.WILDCARD)
    public Response logout(@Context HttpServerRequest request) {
        if (identity.getPrincipal() instanceof JsonWebToken session && session.getTokenID() != null) {
            revoked.revoke(session.getTokenID(), Instant.ofEpochSecond(session.getExpirationTime()));
            ended.fire(new SessionRevoked(session.getTokenID()));
        }
        return Response.noContent()
                .cookie(cookie("", Duration.ZERO, request.isSSL()))
                .build();
    }

    private boolean matches(PasswordHash hash, String password) {
        hashing.acquireUninterruptibly();
        try {
            return hash.matches(password);
        } finally {
            hashing.release();
        }
    }

    private static NewCookie cookie(String value, Duration life, boolean secure) {
        return new NewCookie.Builder(COOKIE)
                .value(value)
                .path("/")
                .maxAge((int) life.toSeconds())
                .httpOnly(true)
                .secure(secure)
                .sameSite(NewCookie.SameSite.STRICT)
                .build();
    }

    private static String bounded(String field, @Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > LONGEST_TEXT) {
            throw Problem.invalid(field, "Field \"" + field + "\" takes 1 to " + LONGEST_TEXT + " characters")
                    .exception();
        }
        return value;
    }
}
