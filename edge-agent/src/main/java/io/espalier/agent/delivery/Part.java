package io.espalier.agent.delivery;

/** A manifest or one chunk, and how far the search for it has gone. */
final class Part {
    static final int MANIFEST = -1;

    /** Ever harder ways to get a part: silence at one leads to the next. */
    enum Stage {
        SUBSCRIBED,
        SUBSCRIBED_AGAIN,
        ASKED
    }

    private final int chunk;
    private final String topic;
    private final Patience patience;
    private Stage stage = Stage.SUBSCRIBED;
    private long deadlineNanos;
    private int badCopies;

    Part(int chunk, String topic, Patience patience, long nowNanos) {
        this.chunk = chunk;
        this.topic = topic;
        this.patience = patience;
        this.deadlineNanos = nowNanos + patience.nanos(stage);
    }

    int chunk() {
        return chunk;
    }

    boolean isManifest() {
        return chunk == MANIFEST;
    }

    String topic() {
        return topic;
    }

    Stage stage() {
        return stage;
    }

    void enter(Stage next, long nowNanos) {
        stage = next;
        deadlineNanos = nowNanos + patience.nanos(next);
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** Counts a copy with the wrong digest. */
    int countBadCopy() {
        return ++badCopies;
    }

    @Override
    public String toString() {
        return isManifest() ? "manifest" : "chunk " + chunk;
    }
}
