package io.espalier.controller.live.adapter;

import io.espalier.controller.live.Change;
import io.espalier.controller.live.LiveEvents;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;

/** Fires each change synchronously as a CDI event of its own type. Observers must be quick and hand work on. */
@Singleton
final class CdiLiveEvents implements LiveEvents {
    private final Event<Object> events;

    CdiLiveEvents(Event<Object> events) {
        this.events = events;
    }

    @Override
    public void publish(Change change) {
        events.fire(change);
    }
}
