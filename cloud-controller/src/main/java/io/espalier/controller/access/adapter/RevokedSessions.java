package io.espalier.controller.access.adapter;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;

/** Sessions that were logged out, until they would have expired anyway. */
@Singleton
final class RevokedSessions {
    private final Jdbi jdbi;
    private final Clock clock;

    RevokedSessions(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    void revoke(String sessionId, Instant expiresAt) {
        jdbi.useHandle(handle -> {
            handle.execute("delete from revoked_session where expires_at < ?", clock.instant());
            handle.execute(
                    "insert into revoked_session (id, expires_at) values (?, ?) on conflict do nothing",
                    sessionId,
                    expiresAt);
        });
    }

    boolean contains(String sessionId) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select exists (select 1 from revoked_session where id = :id)")
                        .bind("id", sessionId)
                        .mapTo(Boolean.class)
                        .one());
    }
}
