package io.espalier.agent.delivery;

/** A manifest or one chunk, and how far the search for it has gone. */
final class Part {
    static final int MANIFEST = -1;

    /** Ever harder ways to get a part: silence at one leads to the next. */
    enum Stage {
        SUBSCRIBED(2_000),
        SUBSCRIBED_AGAIN(2_000),
        ASKED(4_000);

        final long patienceNanos;

        Stage(long patienceMillis) {
            this.patienceNanos = patienceMillis * 1_000_000;
        }
    }

    private final int chunk;
    private final String topic;
    private Stage stage = Stage.SUBSCRIBED;
    private long deadlineNanos;
    private int badCopies;

    Part(int chunk, String topic, long nowNanos) {
        this.chunk = chunk;
        this.topic = topic;
        this.deadlineNanos = nowNanos + stage.patienceNanos;
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
        deadlineNanos = nowNanos + next.patienceNanos;
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
