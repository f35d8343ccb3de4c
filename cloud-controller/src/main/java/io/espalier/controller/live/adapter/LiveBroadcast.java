package io.espalier.controller.live.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.access.SessionRevoked;
import io.espalier.controller.live.Change;
import io.espalier.controller.live.LiveView;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Gathers changes for a moment, renders each changed thing once, and hands it to every listener. However fast things
 * change, a listener gets each of them at most four times a second.
 */
@Singleton
final class LiveBroadcast {
    private static final Logger LOG = Logger.getLogger(LiveBroadcast.class);
    private static final long GATHER_MILLIS = 250;
    private static final int HEARTBEAT_TICKS = 60;

    private final ObjectMapper json;
    private final Clock clock;
    private final Map<Change.Stream, LiveView> views = new EnumMap<>(Change.Stream.class);
    private final Set<Key> changed = new LinkedHashSet<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "live");
        thread.setDaemon(true);
        return thread;
    });
    private int ticks;

    LiveBroadcast(ObjectMapper json, @All List<LiveView> views, Clock clock) {
        this.json = json;
        this.clock = clock;
        views.forEach(view -> this.views.put(view.stream(), view));
    }

    private record Key(Change.Stream stream, String id) {}

    /** One event for browsers; without data it only keeps the connection alive. */
    record Message(String event, Optional<String> data) {
        /** Data because browsers pass over an event without. */
        static final Message LIVE = new Message("live", Optional.of("{}"));
    }

    /**
     * One open stream.
     *
     * @param session under which it was opened
     * @param until when that session expires
     * @param ends closes the stream
     */
    record Listener(String session, Instant until, Consumer<Message> hears, Runnable ends) {}

    void start(@Observes StartupEvent event) {
        ticker.scheduleWithFixedDelay(this::tick, GATHER_MILLIS, GATHER_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        ticker.shutdownNow();
    }

    void noted(@Observes Change change) {
        if (!listeners.isEmpty()) {
            synchronized (changed) {
                changed.add(new Key(change.stream(), change.id()));
            }
        }
    }

    void loggedOut(@Observes SessionRevoked event) {
        end(listener -> listener.session().equals(event.id()));
    }

    private void end(Predicate<Listener> which) {
        for (Listener listener : listeners) { // Copied on write, so it may shrink under way.
            if (which.test(listener)) {
                listeners.remove(listener);
                listener.ends().run();
            }
        }
    }

    void add(Listener listener) {
        listeners.add(listener);
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    int listeners() {
        return listeners.size();
    }

    private void tick() {
        try {
            List<Key> batch;
            synchronized (changed) {
                batch = List.copyOf(changed);
                changed.clear();
            }
            batch.forEach(this::send);
            if (++ticks % HEARTBEAT_TICKS == 0) {
                Message heartbeat = new Message("heartbeat", Optional.empty());
                listeners.forEach(listener -> listener.hears().accept(heartbeat));
                Instant now = clock.instant();
                end(listener -> !now.isBefore(listener.until()));
            }
        } catch (RuntimeException | Error e) {
            // The next tick tries again; listeners read the whole fleet anew when they reconnect.
            LOG.warn("Live events of this moment were lost", e);
        }
    }

    private void send(Key key) {
        LiveView view = views.get(key.stream());
        Object rendered = view == null ? null : view.render(key.id());
        if (rendered == null) {
            return;
        }
        try {
            Message message = new Message(
                    key.stream().name().toLowerCase(Locale.ROOT), Optional.of(json.writeValueAsString(rendered)));
            listeners.forEach(listener -> listener.hears().accept(message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view cannot be written as JSON: " + key, e);
        }
    }
}
