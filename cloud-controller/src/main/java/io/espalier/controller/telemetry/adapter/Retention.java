package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;

/** Forgets minutes, which windows were counted, and what happened, after a while. The sums of each variant are kept. */
@Singleton
final class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class);

    private final Jdbi jdbi;
    private final Clock clock;
    private final Duration minutes;
    private final Duration windows;
    private final Duration events;
    private final ScheduledExecutorService cleaner = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "telemetry-retention");
        thread.setDaemon(true);
        return thread;
    });

    Retention(
            Jdbi jdbi,
            Clock clock,
            @ConfigProperty(name = "espalier.telemetry.keep-minutes", defaultValue = "P30D") Duration minutes,
            @ConfigProperty(name = "espalier.telemetry.keep-windows", defaultValue = "P30D") Duration windows,
            @ConfigProperty(name = "espalier.events.keep", defaultValue = "P90D") Duration events) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.minutes = minutes;
        this.windows = windows;
        this.events = events;
    }

    void start(@Observes DatabaseReady event) {
        cleaner.scheduleWithFixedDelay(this::clean, 2, 60, TimeUnit.MINUTES);
    }

    void stop(@Observes ShutdownEvent event) {
        cleaner.shutdownNow();
    }

    private void clean() {
        try {
            jdbi.useHandle(handle -> {
                handle.createUpdate("delete from telemetry_minute where minute < :before")
                        .bind("before", clock.instant().minus(minutes))
                        .execute();
                handle.createUpdate("delete from telemetry_seen where received_at < :before")
                        .bind("before", clock.instant().minus(windows))
                        .execute();
                handle.createUpdate("delete from device_event where at < :before")
                        .bind("before", clock.instant().minus(events))
                        .execute();
            });
        } catch (RuntimeException | Error e) {
            LOG.warnf("Old telemetry was not removed: %s", e.getMessage());
        }
    }
}
