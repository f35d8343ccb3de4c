package io.espalier.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The first process of one PostgreSQL, which owns a data folder.
 *
 * <p>PostgreSQL writes its pid and start time to {@code postmaster.pid}. A pid alone proves nothing once its process
 * is gone: the number may belong to anybody after a restart of the machine. So a recorded process counts only when its
 * start time and its program agree.
 */
record Postmaster(ProcessHandle process) {
    /** PostgreSQL writes whole seconds of its own clock, the system reports ticks since boot. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(3);

    private static final Duration FAST_STOP_TIMEOUT = Duration.ofSeconds(12);
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

    /** The live process that owns a data folder, if there is one. */
    static Optional<Postmaster> owning(Path dataFolder) throws IOException {
        Path record = record(dataFolder);
        if (!Files.exists(record)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(record);
        if (lines.size() < 3) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(lines.get(0).strip());
            Instant startedAt =
                    Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip()));
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> isPostgres(process, dataFolder, startedAt))
                    .map(Postmaster::new);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Stops what a killed stack left running on this folder and removes a record that names no live PostgreSQL.
     * Only for the holder of the folder's lock.
     */
    static void reap(Path dataFolder) throws IOException, InterruptedException {
        Optional<Postmaster> orphan = owning(dataFolder);
        if (orphan.isPresent()) {
            orphan.get().stop();
        }
        Files.deleteIfExists(record(dataFolder));
    }

    /** Rolls back open transactions and stops; kills what does not obey. Acknowledged data survives either way. */
    void stop() throws InterruptedException {
        if (!interrupt() || !awaitExit(FAST_STOP_TIMEOUT)) {
            process.destroyForcibly();
            awaitExit(KILL_TIMEOUT);
        }
    }

    /** SIGINT asks for a "fast" stop; the SIGTERM of {@link ProcessHandle#destroy} would wait for every client. */
    private boolean interrupt() throws InterruptedException {
        try {
            return new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean awaitExit(Duration timeout) throws InterruptedException {
        try {
            process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return !process.isAlive();
        }
    }

    private static boolean isPostgres(ProcessHandle process, Path dataFolder, Instant startedAt) {
        boolean program = process.info()
                .command()
                .map(command -> Path.of(command).endsWith("postgres"))
                .orElse(false);
        boolean sameStart = process.info()
                .startInstant()
                .map(start -> Duration.between(start, startedAt).abs().compareTo(CLOCK_TOLERANCE) <= 0)
                .orElse(false);
        return program && (sameStart || worksIn(process, dataFolder));
    }

    /** Survives a clock that was set after the start; only Linux tells. */
    private static boolean worksIn(ProcessHandle process, Path dataFolder) {
        try {
            return Files.isSameFile(Path.of("/proc/" + process.pid() + "/cwd"), dataFolder);
        } catch (IOException | SecurityException e) {
            return false;
        }
    }

    private static Path record(Path dataFolder) {
        return dataFolder.resolve("postmaster.pid");
    }
}
