package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.database.DatabasePatience;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.mqtt.MqttMessage;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Hands messages over one by one on a thread of its own; a full inbox slows the broker down. While the database is away
 * the message at hand waits for it, and all others behind it.
 */
final class Inbox implements Arrivals {
    private static final Logger LOG = Logger.getLogger(Inbox.class);
    private static final int MOST_WAITING = 1024;
    private static final int DEEPEST_CAUSE = 16;

    private final BlockingQueue<Arrived> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::work, "mqtt-inbox");
    private final DatabasePatience patience;

    Inbox(DatabasePatience patience) {
        this.patience = patience;
    }

    private record Arrived(MqttMessage message, Runnable acknowledge) {}

    private record Route(Pattern topics, Consumer<MqttMessage> handler) {}

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    void stop() {
        thread.interrupt();
    }

    Object route(String filter, Consumer<MqttMessage> handler) {
        Route route = new Route(pattern(filter), handler);
        routes.add(route);
        return route;
    }

    void unroute(Object route) {
        routes.remove(route);
    }

    @Override
    public void put(MqttMessage message, Runnable acknowledge) throws InterruptedException {
        waiting.put(new Arrived(message, acknowledge));
    }

    private void work() {
        try {
            while (true) {
                handle(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Arrived arrived) throws InterruptedException {
        try {
            patience.run(() -> handOver(arrived.message()));
            arrived.acknowledge().run();
        } catch (RuntimeException e) {
            if (isUnstorable(e)) {
                LOG.warnf(
                        "A message on %s holds what the database cannot: %s",
                        arrived.message().topic(), StorableText.line(String.valueOf(e.getMessage())));
                arrived.acknowledge().run();
                return;
            }
            LOG.errorf(
                    e,
                    "A message on %s was not handled; the broker sends it again after a reconnect",
                    arrived.message().topic());
        }
    }

    /** Of the SQL classes 22 (data) and 23 (constraint): sent again, it would fail again. */
    private static boolean isUnstorable(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("22") || sql.getSQLState().startsWith("23");
            }
        }
        return false;
    }

    private void handOver(MqttMessage message) {
        routes.stream()
                .filter(route -> route.topics().matcher(message.topic()).matches())
                .forEach(route -> route.handler().accept(message));
    }

    static Pattern pattern(String filter) {
        StringBuilder regex = new StringBuilder();
        for (String level : filter.split("/")) {
            regex.append(regex.isEmpty() ? "" : "/");
            regex.append(level.equals("+") ? "[^/]*" : Pattern.quote(level));
        }
        return Pattern.compile(regex.toString());
    }
}
