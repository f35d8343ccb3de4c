package io.espalier.demo.supervision;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of one child: from its start to the end of its process. A restart is a new {@code Child}. */
final class Child {
    private static final long LOG_BOUND_BYTES = 32L << 20;
    private static final int FIRST_SIGNAL = 128;
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final ChildSpec spec;
    private final Process process;
    private final BoundedLog log;
    private final CompletableFuture<String> readyLine = new CompletableFuture<>();
    private volatile @Nullable Long readySinceNanos;

    private Child(ChildSpec spec, Process process, BoundedLog log) {
        this.spec = spec;
        this.process = process;
        this.log = log;
    }

    static Child start(ChildSpec spec) {
        try {
            BoundedLog log = new BoundedLog(spec.log(), LOG_BOUND_BYTES);
            ProcessBuilder builder = new ProcessBuilder(inItsOwnSession(spec.command())).redirectErrorStream(true);
            builder.environment().putAll(spec.environment());
            Child child = new Child(spec, builder.start(), log);
            Thread pump = new Thread(child::pump, "log-" + spec.name());
            pump.setDaemon(true);
            pump.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot start " + spec.name() + " (" + spec.command().get(0) + ")", e);
        }
    }

    /**
     * Ctrl-C reaches every process of the terminal's foreground group at once; a session of its own lets the supervisor
     * stop each child in its turn.
     */
    private static List<String> inItsOwnSession(List<String> command) {
        if (!Files.isExecutable(SETSID)) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of(SETSID.toString()));
        wrapped.addAll(command);
        return wrapped;
    }

    private void pump() {
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                log) {
            String line;
            while ((line = lines.readLine()) != null) {
                log.line(line);
                if (spec.readiness() instanceof Readiness.Line ready && line.startsWith(ready.prefix())) {
                    readyLine.complete(line);
                }
            }
        } catch (IOException e) {
            // The disk is full or the pipe broke; a child whose output nobody reads would block, so end it.
            process.destroy();
        } finally {
            readyLine.completeExceptionally(new IOException("ended"));
        }
    }

    /** Returns when the child is ready; throws when it ends or takes too long. */
    void awaitReady(HttpClient http) throws InterruptedException {
        long deadline = System.nanoTime() + spec.startLimit().toNanos();
        while (!isReady(http)) {
            if (!process.isAlive()) {
                throw failed(spec.name() + " stopped with exit code " + process.exitValue() + " before it was ready:");
            }
            if (System.nanoTime() > deadline) {
                throw failed(spec.name() + " was not ready within "
                        + spec.startLimit().toSeconds() + " s:");
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        readySinceNanos = System.nanoTime();
    }

    /** Whether it got ready, and that at least so long ago. */
    boolean wasReadyFor(Duration span) {
        Long since = readySinceNanos;
        return since != null && System.nanoTime() - since >= span.toNanos();
    }

    private boolean isReady(HttpClient http) throws InterruptedException {
        if (spec.readiness() instanceof Readiness.Http address) {
            return process.isAlive() && address.answers(http);
        }
        return spec.readiness() instanceof Readiness.Started
                || (readyLine.isDone() && !readyLine.isCompletedExceptionally());
    }

    /** Whether a signal ended it, which says nothing against starting it again. */
    boolean wasKilled() {
        return !process.isAlive() && process.exitValue() > FIRST_SIGNAL;
    }

    ChildFailedException failed(String what) {
        return new ChildFailedException(what, log.tail(), spec.log());
    }

    /** Asks the child and all it started to stop, and kills what has not within the limit. */
    void stop() throws InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        closeStdin();
        if (!process.waitFor(spec.stopLimit().toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            process.waitFor(5, TimeUnit.SECONDS);
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }

    private void closeStdin() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // Its end of the pipe is closed: it is ending, which is what was asked for.
        }
    }

    ChildSpec spec() {
        return spec;
    }

    Process process() {
        return process;
    }
}
