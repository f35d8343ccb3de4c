package io.espalier.controller.database.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.database.DatabaseTrouble;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Waits for PostgreSQL with growing pauses, migrates it, then fires {@link DatabaseReady}. Until then the process is
 * up, its readiness is DOWN and every API call is answered 503.
 */
@Singleton
final class DatabaseGate {
    private static final Logger LOG = Logger.getLogger(DatabaseGate.class);
    private static final String URL_PREFIX = "jdbc:postgresql:";
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    private final DataSource dataSource;
    private final Flyway flyway;
    private final Event<DatabaseReady> ready;
    private final String where;
    private volatile boolean open;
    private volatile @Nullable String problem;
    private volatile @Nullable Thread waiting;

    DatabaseGate(
            DataSource dataSource,
            Flyway flyway,
            Event<DatabaseReady> ready,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url) {
        this.dataSource = dataSource;
        this.flyway = flyway;
        this.ready = ready;
        this.where = withoutParameters(url);
        if (!url.startsWith(URL_PREFIX)) {
            throw new ConfigurationException("quarkus.datasource.jdbc.url=" + where
                    + " is no address of a PostgreSQL: use " + URL_PREFIX + "//HOST:PORT/DATABASE");
        }
    }

    /** True once the database has been reached and migrated; it may have gone away again since. */
    boolean isOpen() {
        return open;
    }

    /** Why the database cannot be used, with its address; null when it answers now. */
    @Nullable
    String probe() {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.isValid(2)) {
                return "PostgreSQL at " + where + " does not answer";
            }
            return open ? null : problem == null ? "Migrating " + where : problem;
        } catch (SQLException e) {
            return unusable(e);
        }
    }

    void start(@Observes @Priority(10) StartupEvent event) {
        if (tryOnce()) {
            ready.fire(new DatabaseReady());
            return;
        }
        Thread thread = new Thread(this::keepTrying, "database-gate");
        thread.setDaemon(true);
        waiting = thread;
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        Thread thread = waiting;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void keepTrying() {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        try {
            do {
                Thread.sleep(pauseMillis);
                pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
            } while (!tryOnce());
            LOG.infof("PostgreSQL at %s is reachable and migrated", where);
            ready.fire(new DatabaseReady());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tryOnce() {
        try {
            flyway.migrate();
            open = true;
            problem = null;
            return true;
        } catch (FlywayException e) {
            String reason = unusable(e);
            if (!reason.equals(problem)) {
                LOG.warnf("%s. Trying again, at most every %d s", reason, LONGEST_PAUSE_MILLIS / 1000);
            }
            problem = reason;
            return false;
        }
    }

    private String unusable(Exception failure) {
        return "Cannot use PostgreSQL at " + where + ": " + DatabaseTrouble.inWords(failure);
    }

    private static String withoutParameters(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }
}
