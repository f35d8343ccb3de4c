package io.espalier.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's threads. Each ends when interrupted. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final long BETWEEN_INTERRUPTS_MILLIS = 100;

    private final List<Thread> threads = new ArrayList<>();
    private final Runnable whenOneFails;
    private boolean stopping;

    /** {@code whenOneFails} is told of every thread that ends by an exception or an error. */
    Workers(Runnable whenOneFails) {
        this.whenOneFails = whenOneFails;
    }

    synchronized void start(String name, Runnable work) {
        if (stopping) {
            return;
        }
        Thread thread = new Thread(work, "espalier-" + name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(this::failed);
        threads.add(thread);
        thread.start();
    }

    /** Saying so may itself fail, for want of memory. */
    private void failed(Thread which, Throwable failure) {
        try {
            LOG.error("{} ended unexpectedly", which.getName(), failure);
        } finally {
            whenOneFails.run();
        }
    }

    /** Repeats a task that must not fail for ever. */
    void every(String name, Duration interval, Runnable task) {
        start(name, () -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    TimeUnit.MILLISECONDS.sleep(interval.toMillis());
                    task.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void stop() {
        List<Thread> ending;
        synchronized (this) {
            stopping = true;
            ending = List.copyOf(threads);
        }
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            for (Thread thread : ending) {
                thread.interrupt();
            }
            for (Thread thread : ending) {
                // Again and again: the MQTT client swallows an interrupt when it comes during its own waits.
                while (thread.isAlive() && System.nanoTime() < deadline) {
                    thread.interrupt();
                    thread.join(BETWEEN_INTERRUPTS_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
