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
    private Stage stage = Stage.SUBSCRIBED;
    private long stageNanos;
    private int badCopies;

    Part(int chunk, String topic, long nowNanos) {
        this.chunk = chunk;
        this.topic = topic;
        this.stageNanos = nowNanos;
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
        stageNanos = nowNanos;
    }

    /** When it came to its stage. */
    long stageNanos() {
        return stageNanos;
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
