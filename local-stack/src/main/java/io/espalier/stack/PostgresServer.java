package io.espalier.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL as a process of its own, with one database named {@code espalier}. When the process dies it is started
 * again, on the same port and data.
 */
final class PostgresServer implements Server {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final int MAX_RESTARTS = 10;
    private static final Duration RESTART_PAUSE = Duration.ofMillis(500);

    /** One that lived this long did not die of its start. */
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);

    private final PostgresCluster cluster;
    private final int port;
    private final Path log;
    private final Consumer<String> whenLost;
    private @Nullable PostgresProcess process;
    private boolean closed;
    private int restarts;
    private long launchedNanos;

    private PostgresServer(PostgresCluster cluster, int port, Path log, Consumer<String> whenLost) {
        this.cluster = cluster;
        this.port = port;
        this.log = log;
        this.whenLost = whenLost;
    }

    /**
     * Starts on a cluster that nobody uses any more; see {@link PostgresCluster#prepare}.
     *
     * @param log where PostgreSQL writes
     * @param whenLost told why, should PostgreSQL die again and again
     */
    static PostgresServer start(PostgresCluster cluster, int port, Path log, Consumer<String> whenLost)
            throws Exception {
        PostgresServer server = new PostgresServer(cluster, port, log, whenLost);
        try {
            server.launch();
            server.database().awaitReady(server.running().process(), log);
            return server;
        } catch (Exception e) {
            server.close();
            throw e;
        }
    }

    @Override
    public Map<String, String> properties() {
        return Map.of(
                Endpoints.JDBC_URL,
                database().url(PostgresDatabase.NAME),
                Endpoints.JDBC_USERNAME,
                PostgresCluster.USER,
                Endpoints.JDBC_PASSWORD,
                cluster.password());
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            process.close();
        }
    }

    private PostgresDatabase database() {
        return new PostgresDatabase(port, cluster.password());
    }

    private synchronized PostgresProcess running() {
        if (process == null) {
            throw new IllegalStateException("PostgreSQL was not launched");
        }
        return process;
    }

    private synchronized void launch() throws IOException {
        if (closed) {
            return;
        }
        PostgresProcess launched = PostgresProcess.launch(command(cluster, port), log);
        launchedNanos = System.nanoTime();
        process = launched;
        launched.process().onExit().thenRun(this::restartLater);
    }

    private synchronized void restartLater() {
        if (closed || process == null) {
            return;
        }
        if (System.nanoTime() - launchedNanos > STABLE_AFTER.toNanos()) {
            restarts = 0;
        }
        String died = "PostgreSQL on port " + port + " ended with exit code "
                + process.process().exitValue();
        if (restarts++ == MAX_RESTARTS) {
            whenLost.accept(died + " for the " + restarts + "th time; " + log + " says why");
            return;
        }
        LOG.warn("{}: starting it again", died);
        // A killed one leaves processes behind that let go of the data folder in a moment.
        CompletableFuture.delayedExecutor(RESTART_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    try {
                        launch();
                    } catch (IOException e) {
                        whenLost.accept("PostgreSQL cannot be started again: " + e);
                    }
                });
    }

    private static List<String> command(PostgresCluster cluster, int port) {
        Map<String, String> settings = Map.ofEntries(
                Map.entry("port", Integer.toString(port)),
                Map.entry("listen_addresses", Ports.LOOPBACK),
                Map.entry("unix_socket_directories", ""),
                Map.entry("max_connections", "60"),
                Map.entry("shared_buffers", "32MB"),
                Map.entry("max_wal_size", "128MB"),
                Map.entry("min_wal_size", "32MB"),
                Map.entry("dynamic_shared_memory_type", "mmap"),
                // A commit is in the operating system's hands, which survives a kill, not a power cut.
                Map.entry("fsync", "off"),
                Map.entry("log_min_messages", "log"),
                Map.entry("log_checkpoints", "off"));
        List<String> command =
                new ArrayList<>(cluster.command("postgres", "-D", cluster.data().toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }
}
