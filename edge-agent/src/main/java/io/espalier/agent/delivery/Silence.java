package io.espalier.agent.delivery;

import java.util.function.LongSupplier;

/**
 * Tells when a part was waited for long enough. A good part shows that the connection is alive and others are on their way; one
 * that comes only after it was asked for again shows that the line is slower than was thought. For one thread.
 */
final class Silence {
    private static final int MOST_FACTOR = 8;

    private final Patience patience;
    private final LongSupplier nanoTime;
    private long brokenNanos;
    private int factor = 1;
    private int copiesDue;

    Silence(Patience patience, LongSupplier nanoTime) {
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.brokenNanos = nanoTime.getAsLong();
    }

    void brokenBy(Part part) {
        brokenNanos = nanoTime.getAsLong();
        if (part.stage() == Part.Stage.SUBSCRIBED_AGAIN) {
            factor = Math.min(MOST_FACTOR, 2 * factor);
        }
    }

    /** A second copy is on its way, perhaps. */
    void askedAgain() {
        copiesDue++;
    }

    /** By a part that was here already; no more of them count than were asked for again. */
    void brokenByCopy() {
        if (copiesDue > 0) {
            copiesDue--;
            brokenNanos = nanoTime.getAsLong();
        }
    }

    boolean isTooLongFor(Part part) {
        long now = nanoTime.getAsLong();
        long silentNanos = Math.min(now - part.stageNanos(), now - brokenNanos);
        return silentNanos >= factor * patience.nanos(part.stage());
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }
}
