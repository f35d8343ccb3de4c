package io.espalier.controller.live;

import java.util.ArrayList;
import java.util.List;

/** Keeps what was published, for tests of features that announce. */
public final class RecordedEvents implements LiveEvents {
    private final List<Change> changes = new ArrayList<>();

    @Override
    public synchronized void publish(Change change) {
        changes.add(change);
    }

    public synchronized List<Change> changes() {
        return List.copyOf(changes);
    }
}
