package io.espalier.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Espalier's database in a PostgreSQL on this host. */
record PostgresDatabase(int port, String password) {
    static final String NAME = "espalier";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    String url(String database) {
        return "jdbc:postgresql://" + Ports.LOOPBACK + ":" + port + "/" + database;
    }

    /**
     * Waits until a PostgreSQL that was just started answers, and makes the database where it is missing.
     *
     * @param log where that process writes, for the message when it ends instead
     */
    void awaitReady(Process process, Path log) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                create();
                return;
            } catch (SQLException e) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new StackException(
                            StackException.Kind.FAILED,
                            "PostgreSQL ended with exit code " + process.exitValue() + " while starting; " + log
                                    + " says: " + lastComplaint(log),
                            e);
                }
                if (System.nanoTime() > deadlineNanos) {
                    throw new StackException(
                            StackException.Kind.FAILED,
                            "PostgreSQL did not answer on port " + port + " within " + START_TIMEOUT.toSeconds()
                                    + " s (" + e.getMessage() + "); see " + log,
                            e);
                }
            }
        }
    }

    private void create() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet present =
                        statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
            if (!present.next()) {
                statement.execute("create database " + NAME);
            }
        }
    }

    private Connection connect() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url("postgres"));
        source.setUser(PostgresCluster.USER);
        source.setPassword(password);
        source.setConnectTimeout(10);
        source.setSocketTimeout(30);
        return source.getConnection();
    }

    private static String lastComplaint(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.stream()
                    .filter(line -> line.contains(" FATAL: ") || line.contains(" PANIC: "))
                    .reduce((earlier, later) -> later)
                    .orElse("nothing of use");
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }
}
