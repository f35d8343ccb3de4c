package io.espalier.agent.delivery;

import io.espalier.agent.link.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection that parts come over, opened when it is first asked for and again after it broke. What a whole fleet lost in
 * one moment it does not seek elsewhere in the next: the broker is given up only where nothing has come from it for about as
 * long as a silent part is waited for, and is tried still. For one thread.
 */
final class FetchConnection implements AutoCloseable {
    static final Duration GIVEN_UP_AFTER = Duration.ofSeconds(20);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(8);

    private final RetainedTopics.Opener opener;
    private final Backoff backoff;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private @Nullable RetainedTopics open;
    private long aliveNanos;
    private long nextTryNanos;
    private boolean givenUp;

    /** {@code pause} lets the time of {@code nanoTime} pass. */
    FetchConnection(RetainedTopics.Opener opener, Backoff backoff, LongSupplier nanoTime, Pause pause) {
        this.opener = opener;
        this.backoff = backoff;
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.aliveNanos = nanoTime.getAsLong();
        this.nextTryNanos = aliveNanos;
    }

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration wait) throws InterruptedException;
    }

    static FetchConnection over(RetainedTopics.Opener opener) {
        return new FetchConnection(opener, backoff(), System::nanoTime, wait -> Thread.sleep(wait.toMillis()));
    }

    static Backoff backoff() {
        return new Backoff(FIRST_RETRY, LONGEST_RETRY, new SplittableRandom());
    }

    /** The connection, opened where that is due; null where it does not stand now. */
    @Nullable
    RetainedTopics standing() {
        if (open != null && !open.isConnected()) {
            close();
            failed();
        }
        if (open == null && nanoTime.getAsLong() - nextTryNanos >= 0) {
            try {
                open = opener.open();
            } catch (IOException e) {
                failed();
            }
        }
        return open;
    }

    private void failed() {
        long now = nanoTime.getAsLong();
        givenUp = now - aliveNanos >= GIVEN_UP_AFTER.toNanos();
        nextTryNanos = now + backoff.next().toNanos();
    }

    /** A good part came over it. That it stands is not enough: somebody may accept every device and bring none anything. */
    void brought() {
        aliveNanos = nanoTime.getAsLong();
        givenUp = false;
        backoff.reset();
    }

    /** Whether to go other ways while it does not stand. */
    boolean isGivenUp() {
        return givenUp;
    }

    void pause(Duration wait) throws InterruptedException {
        pause.of(wait);
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
