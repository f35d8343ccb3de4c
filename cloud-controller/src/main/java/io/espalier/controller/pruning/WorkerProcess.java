package io.espalier.controller.pruning;

import io.espalier.host.Folders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One worker process from start to end.
 *
 * <p>Its standard input stays open and empty: a worker that reads its end knows that the controller is gone. Its pid
 * and start time lie in the job's folder for {@link OrphanWorkers}. What it writes is read all the time and kept only
 * up to a bound, so it never blocks on a full pipe and never fills our memory. Its temporary folder lies in the job's and
 * goes when it ends, however it ends.
 */
public final class WorkerProcess implements AutoCloseable {
    private static final int LONGEST_LINE_CHARS = 64 * 1024;
    private static final int ERROR_TAIL_CHARS = 16 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Process process;
    private final Path folder;
    private final Thread output;
    private final Thread errors;
    private final StringBuilder errorTail = new StringBuilder();
    private volatile boolean stopped;

    private WorkerProcess(Process process, Path folder, Consumer<String> line) {
        this.process = process;
        this.folder = folder;
        this.output = reader("worker-output", () -> readLines(line));
        this.errors = reader("worker-errors", this::readErrors);
    }

    /**
     * Starts the command in the folder.
     *
     * @param line takes each line of standard output; what it throws is ignored
     */
    public static WorkerProcess start(
            List<String> command, Map<String, String> environment, Path folder, Consumer<String> line) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(JobFolders.temporary(folder));
            Process process = builder.start();
            try {
                OrphanWorkers.remember(process.toHandle(), folder);
            } catch (IOException e) {
                process.destroyForcibly();
                throw e;
            }
            WorkerProcess worker = new WorkerProcess(process, folder, line);
            worker.output.start();
            worker.errors.start();
            return worker;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a worker in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Waits for the end; kills the worker after the timeout. Then nothing is left of it but what it made for its job. */
    public WorkerExit await(Duration timeout) throws InterruptedException {
        boolean timedOut = false;
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                timedOut = true;
            }
        } finally {
            destroy();
        }
        output.join(GRACE.toMillis());
        errors.join(GRACE.toMillis());
        tidy();
        WorkerExit.Ended ended = timedOut
                ? WorkerExit.Ended.BY_TIMEOUT
                : stopped ? WorkerExit.Ended.BY_STOP : WorkerExit.Ended.BY_ITSELF;
        return new WorkerExit(process.exitValue(), ended, errorTail());
    }

    /** Ends the worker; {@link #await} then says so. */
    public void stop() {
        stopped = true;
        process.destroy();
    }

    /** Kills the worker where nobody awaited it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void destroy() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private String errorTail() {
        synchronized (errorTail) {
            return errorTail.toString().strip();
        }
    }

    private void readLines(Consumer<String> line) {
        try (Reader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder pending = new StringBuilder();
            int character;
            while ((character = in.read()) >= 0) {
                if (character == '\n') {
                    hand(pending.toString(), line);
                    pending.setLength(0);
                } else if (pending.length() < LONGEST_LINE_CHARS) {
                    pending.append((char) character);
                }
            }
        } catch (IOException e) {
            // The pipe breaks when the worker is killed; its exit code tells the story.
        }
    }

    private static void hand(String text, Consumer<String> line) {
        try {
            line.accept(text);
        } catch (RuntimeException e) {
            System.getLogger(WorkerProcess.class.getName())
                    .log(System.Logger.Level.DEBUG, "Ignored a line of a worker: " + text, e);
        }
    }

    private void readErrors() {
        try (Reader in = new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)) {
            char[] buffer = new char[4096];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                synchronized (errorTail) {
                    errorTail.append(buffer, 0, read);
                    errorTail.delete(0, Math.max(0, errorTail.length() - ERROR_TAIL_CHARS));
                }
            }
        } catch (IOException e) {
            // As above.
        }
    }

    private static Thread reader(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The note of {@link OrphanWorkers} goes last: while it is there, the next controller tidies as well. */
    private void tidy() {
        try {
            Folders.delete(JobFolders.temporary(folder));
            OrphanWorkers.forget(folder);
        } catch (IOException e) {
            System.getLogger(WorkerProcess.class.getName())
                    .log(System.Logger.Level.WARNING, "A worker's leftovers remain in " + folder, e);
        }
    }
}
