package io.espalier.demo.supervision;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Keeps children running: starts them in order, starts again what dies (a few times, with growing pauses), stops them
 * in the opposite order.
 */
public final class Supervisor implements AutoCloseable {
    private static final int MAX_RESTARTS = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);

    private final Consumer<String> tell;
    private final Duration firstPause;
    private final Duration stableAfter;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService pauses = Executors.newSingleThreadScheduledExecutor(Supervisor::thread);
    private final ExecutorService restarting = Executors.newCachedThreadPool(Supervisor::thread);
    private final List<String> order = new ArrayList<>();
    private final Map<String, Child> running = new HashMap<>();
    private final Map<String, Integer> restartCounts = new HashMap<>();
    private final Map<String, Integer> restartsInARow = new HashMap<>();
    private final AtomicReference<RuntimeException> gaveUp = new AtomicReference<>();
    private boolean stopping;

    /** @param tell receives one line for each thing worth knowing, such as a restart */
    public Supervisor(Consumer<String> tell) {
        this(tell, FIRST_PAUSE, STABLE_AFTER);
    }

    /**
     * With another pause before the first restart; each further pause is twice as long. A child that was ready for
     * {@code stableAfter} has its earlier restarts forgiven.
     */
    Supervisor(Consumer<String> tell, Duration firstPause, Duration stableAfter) {
        this.tell = tell;
        this.firstPause = firstPause;
        this.stableAfter = stableAfter;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "supervisor");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts a child and returns when it is ready; one that is killed before is started again like any other.
     *
     * @throws ChildFailedException when it ended by itself or takes too long
     * @throws InterruptedException also when everything is being stopped meanwhile
     */
    public void start(ChildSpec spec) throws InterruptedException {
        Child child = launch(spec);
        while (true) {
            try {
                child.awaitReady(http);
                return;
            } catch (ChildFailedException e) {
                child = successor(child, e);
            }
        }
    }

    /** The child that is started again in place of this one; throws where none will be. */
    private synchronized Child successor(Child failed, ChildFailedException failure) throws InterruptedException {
        while (true) {
            Child child = running.get(failed.spec().name());
            if (child == null) {
                throw new InterruptedException(failed.spec().name() + " is being stopped");
            }
            if (!failed.wasKilled()) {
                throw failure;
            }
            if (child != failed) {
                return child;
            }
            if (gaveUp.get() != null) {
                throw gaveUp.get();
            }
            wait();
        }
    }

    private synchronized Child launch(ChildSpec spec) throws InterruptedException {
        if (stopping) {
            throw new InterruptedException(spec.name() + " is not started any more: everything is being stopped");
        }
        Child child = Child.start(spec);
        if (!order.contains(spec.name())) {
            order.add(spec.name());
        }
        running.put(spec.name(), child);
        notifyAll();
        child.process().onExit().thenAccept(process -> ended(child));
        return child;
    }

    private synchronized void ended(Child child) {
        String name = child.spec().name();
        if (stopping || running.get(name) != child) {
            return;
        }
        if (child.wasReadyFor(stableAfter)) {
            restartsInARow.remove(name);
        }
        int restart = restartsInARow.merge(name, 1, Integer::sum);
        String how = name + " ended unexpectedly (exit code " + child.process().exitValue() + ")";
        if (restart > MAX_RESTARTS) {
            giveUp(
                    how + " " + restart + " times; it is not started again, its log is "
                            + child.spec().log(),
                    child.failed(how + " " + restart + " times; not started again:"));
            return;
        }
        restartCounts.merge(name, 1, Integer::sum);
        Duration pause = firstPause.multipliedBy(1L << (restart - 1));
        tell.accept(how + "; starting it again");
        pauses.schedule(
                () -> restarting.execute(() -> startAgain(child.spec())), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** On a thread of its own, because a child that starts slowly must not keep another from being started. */
    private void startAgain(ChildSpec spec) {
        synchronized (this) {
            if (stopping) {
                return;
            }
        }
        try {
            Child child = launch(spec);
            child.awaitReady(http);
            tell.accept(spec.name() + " is running again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ChildFailedException e) {
            // Its end is counted by ended(); one that lives but is not ready is a failure of its own.
            synchronized (this) {
                Child child = running.get(spec.name());
                if (child != null && child.process().isAlive()) {
                    giveUp(spec.name() + " runs again but does not get ready, its log is " + spec.log(), e);
                }
            }
        } catch (RuntimeException e) {
            giveUp(spec.name() + " cannot be started again: " + e.getMessage(), e);
        }
    }

    private synchronized void giveUp(String inShort, RuntimeException why) {
        gaveUp.compareAndSet(null, why);
        tell.accept(inShort);
        notifyAll();
    }

    /** Why a child was given up, if one was; the rest keeps running until {@link #close}. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(gaveUp.get());
    }

    /** Whether {@link #close} was called: children that end now were asked to. */
    public synchronized boolean isStopping() {
        return stopping;
    }

    /** How often a child had to be started again. */
    public synchronized int restarts(String name) {
        return restartCounts.getOrDefault(name, 0);
    }

    /** Process id of each child that runs now, in the order they were started. */
    public synchronized Map<String, Long> processIds() {
        Map<String, Long> ids = new java.util.LinkedHashMap<>();
        for (String name : order) {
            Child child = running.get(name);
            if (child != null && child.process().isAlive()) {
                ids.put(name, child.process().pid());
            }
        }
        return ids;
    }

    /** Stops one child for good, and forgets it. */
    public void stop(String name) throws InterruptedException {
        Child child;
        synchronized (this) {
            child = running.remove(name);
            order.remove(name);
            notifyAll();
        }
        if (child != null) {
            child.stop();
        }
    }

    /** Stops everything, last started first. May be called twice, and from a shutdown hook. */
    @Override
    public void close() {
        List<Child> children = new ArrayList<>();
        synchronized (this) {
            stopping = true;
            for (String name : order) {
                Child child = running.remove(name);
                if (child != null) {
                    children.add(child);
                }
            }
            order.clear();
            notifyAll();
        }
        pauses.shutdownNow();
        restarting.shutdownNow();
        Collections.reverse(children);
        for (Child child : children) {
            try {
                child.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                child.process().destroyForcibly();
            }
        }
    }
}
