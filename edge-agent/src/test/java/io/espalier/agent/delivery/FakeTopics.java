package io.espalier.agent.delivery;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.proto.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A broker's retained messages in memory, with a time of its own, and the one connection to it at a time; remembers what was
 * asked of it. For one thread.
 */
final class FakeTopics implements RetainedTopics {
    final Map<String, byte[]> retained = new HashMap<>();
    final Map<String, Integer> subscriptions = new HashMap<>();
    int mostOpen;
    int acknowledged;
    boolean connected;
    /** A connection breaks before any further one. */
    int arrivalsPerConnection = Integer.MAX_VALUE;
    /** Connections are refused before this time. */
    long awayUntilNanos;

    int connections;
    boolean deliversTwice;
    long nanosPerArrival;
    private int arrivalsUntilBreak;
    private long nowNanos;
    private long lineFreeNanos;
    private final Set<String> open = new HashSet<>();
    private final Deque<Coming> coming = new ArrayDeque<>();

    /** Sent already: unsubscribing does not call it back. */
    private record Coming(Arrival arrival, long atNanos) {}

    static FakeTopics holding(Topics topics, ToyArtifact artifact) {
        FakeTopics fake = new FakeTopics();
        fake.retained.put(topics.manifest(artifact.digest()), artifact.release());
        for (int i = 0; i < artifact.chunks().size(); i++) {
            fake.retained.put(
                    topics.chunk(artifact.digest(), i), artifact.chunks().get(i));
        }
        return fake;
    }

    /** A connection that knows nothing of the one before. */
    FetchConnection connection() {
        return new FetchConnection(this::open, FetchConnection.backoff(), this::nanoTime, this::pass);
    }

    private RetainedTopics open() throws IOException {
        if (nowNanos < awayUntilNanos) {
            throw new IOException("no broker");
        }
        open.clear();
        coming.clear();
        connected = true;
        arrivalsUntilBreak = arrivalsPerConnection;
        connections++;
        return this;
    }

    void pass(Duration wait) {
        nowNanos += wait.toNanos();
    }

    /** Publishes to whoever is subscribed. */
    void publish(String topic, byte[] payload) {
        retained.put(topic, payload);
        if (open.contains(topic)) {
            deliver(topic, payload);
        }
    }

    @Override
    public void subscribe(String topic) {
        open.add(topic);
        subscriptions.merge(topic, 1, Integer::sum);
        mostOpen = Math.max(mostOpen, open.size());
        byte[] payload = retained.get(topic);
        if (payload != null) {
            deliver(topic, payload);
        }
    }

    private void deliver(String topic, byte[] payload) {
        for (int i = 0; i < (deliversTwice ? 2 : 1); i++) {
            lineFreeNanos = Math.max(nowNanos, lineFreeNanos) + nanosPerArrival;
            coming.add(new Coming(new Arrival(topic, payload, () -> acknowledged++), lineFreeNanos));
        }
    }

    @Override
    public void unsubscribe(String topic) {
        open.remove(topic);
    }

    @Override
    public Optional<Arrival> poll(Duration wait) {
        if (arrivalsUntilBreak == 0) {
            connected = false;
            return Optional.empty();
        }
        Coming next = coming.peek();
        if (next == null || next.atNanos() > nowNanos + wait.toNanos()) {
            nowNanos += wait.toNanos();
            return Optional.empty();
        }
        nowNanos = Math.max(nowNanos, next.atNanos());
        arrivalsUntilBreak--;
        return Optional.of(coming.remove().arrival());
    }

    long nanoTime() {
        return nowNanos;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public void close() {}
}
