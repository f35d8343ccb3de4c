package io.espalier.controller.device.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.database.DatabaseTrouble;
import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.DeviceEnrolled;
import io.espalier.controller.device.DeviceRetired;
import io.espalier.controller.pki.Authority;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Brings what counts no more from the database to the authority's list: at the start, with each change, once
 * an hour, and each minute as long as that fails. */
@Singleton
final class Revocations {
    private static final Logger LOG = Logger.getLogger(Revocations.class);
    private static final int TURN_SECONDS = 60;
    private static final int TURNS_BETWEEN = 60;
    /** Servers whose clocks are behind still have to refuse what expired just now. */
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    private static final Duration KEPT = Duration.ofDays(30);

    private final CertificateBook book;
    private final Authority authority;
    private final Clock clock;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "revocations");
        thread.setDaemon(true);
        return thread;
    });

    /** Of the worker's thread only, and so is what follows. */
    private int turnsLeft;

    private String lastComplaint = "";

    Revocations(CertificateBook book, Authority authority, Clock clock) {
        this.book = book;
        this.authority = authority;
        this.clock = clock;
    }

    void start(@Observes DatabaseReady event) {
        worker.scheduleWithFixedDelay(this::turn, 0, TURN_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        worker.shutdownNow();
    }

    void retired(@Observes DeviceRetired event) {
        worker.execute(this::publish);
    }

    /** It may have taken the place of another. */
    void enrolled(@Observes DeviceEnrolled event) {
        worker.execute(this::publish);
    }

    /** Once a minute. */
    void turn() {
        if (turnsLeft > 0) {
            turnsLeft--;
        } else {
            publish();
        }
    }

    void publish() {
        try {
            Instant now = clock.instant();
            Set<BigInteger> revoked = book.revoked(now.minus(CLOCKS_DIFFER));
            authority.revokeOnly(revoked);
            book.forget(now.minus(KEPT));
            turnsLeft = TURNS_BETWEEN - 1;
            lastComplaint = "";
        } catch (RuntimeException e) {
            turnsLeft = 0;
            String complaint = DatabaseTrouble.inWords(e);
            if (!complaint.equals(lastComplaint)) {
                LOG.errorf(
                        "The list of revoked certificates is not up to date: %s. Trying again every %d s",
                        complaint, TURN_SECONDS);
            }
            lastComplaint = complaint;
        }
    }
}
