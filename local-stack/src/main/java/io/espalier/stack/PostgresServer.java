package io.espalier.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL as a process of its own, with one database named {@code espalier}. */
final class PostgresServer implements Server {
    private static final String DATABASE = "espalier";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    private final Process process;
    private final int port;
    private final String password;

    private PostgresServer(Process process, int port, String password) {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** Starts on a cluster that nobody uses any more; see {@link PostgresCluster#prepare}. */
    static PostgresServer start(PostgresCluster cluster, int port, Path log) throws Exception {
        Process process = new ProcessBuilder(command(cluster, port))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        PostgresServer server = new PostgresServer(process, port, cluster.password());
        try {
            server.awaitReady(log);
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
                url(DATABASE),
                Endpoints.JDBC_USERNAME,
                PostgresCluster.USER,
                Endpoints.JDBC_PASSWORD,
                password);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            try {
                new Postmaster(process.toHandle()).stop();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
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

    private void awaitReady(Path log) throws InterruptedException, SQLException {
        long deadlineNanos = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                createDatabase();
                return;
            } catch (SQLException e) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new StackException(
                            StackException.Kind.FAILED,
                            "PostgreSQL ended with exit code " + process.exitValue() + " while starting; " + log
                                    + " says: " + lastLine(log),
                            e);
                }
                if (System.nanoTime() > deadlineNanos) {
                    throw new StackException(
                            StackException.Kind.FAILED,
                            "PostgreSQL did not answer on port " + port + " within " + START_TIMEOUT.toSeconds()
                                    + " s; see " + log,
                            e);
                }
            }
        }
    }

    private void createDatabase() throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet present =
                        statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!present.next()) {
                statement.execute("create database " + DATABASE);
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url(database));
        source.setUser(PostgresCluster.USER);
        source.setPassword(password);
        source.setConnectTimeout(10);
        source.setSocketTimeout(30);
        return source.getConnection();
    }

    private String url(String database) {
        return "jdbc:postgresql://" + Ports.LOOPBACK + ":" + port + "/" + database;
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }
}
