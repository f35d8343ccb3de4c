package io.espalier.controller.database;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Does work again, with growing pauses, as long as it fails because the database is away: for work that nobody would
 * ask for a second time. It must bear being done twice, since an answer may be lost after the work was done.
 */
public final class DatabasePatience {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Predicate<Throwable> databaseAway;
    private final Pause pause;

    /** @param databaseAway whether a failure passes once the database is back; every other failure is thrown on */
    public DatabasePatience(Predicate<Throwable> databaseAway) {
        this(databaseAway, duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()));
    }

    /** With another way to pass the time, so that a test need not wait. */
    DatabasePatience(Predicate<Throwable> databaseAway, Pause pause) {
        this.databaseAway = databaseAway;
        this.pause = pause;
    }

    /** Lets time pass. */
    interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    public void run(Runnable work) throws InterruptedException {
        get(() -> {
            work.run();
            return true;
        });
    }

    /** Returns what the work returns; throws where this thread is interrupted, with the work perhaps undone. */
    public <T> T get(Supplier<T> work) throws InterruptedException {
        Duration next = FIRST_PAUSE;
        while (true) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (!databaseAway.test(e)) {
                    throw e;
                }
            }
            pause.of(next);
            next = next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : LONGEST_PAUSE;
        }
    }
}
