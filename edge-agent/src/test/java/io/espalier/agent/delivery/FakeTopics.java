package io.espalier.agent.delivery;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.proto.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A broker's retained messages in memory; remembers what was asked of it. For one thread. */
final class FakeTopics implements RetainedTopics {
    final Map<String, byte[]> retained = new HashMap<>();
    final Map<String, Integer> subscriptions = new HashMap<>();
    int mostOpen;
    int acknowledged;
    boolean connected = true;
    boolean deliversTwice;
    private final Set<String> open = new HashSet<>();
    private final Deque<Arrival> arrivals = new ArrayDeque<>();

    static FakeTopics holding(Topics topics, ToyArtifact artifact) {
        FakeTopics fake = new FakeTopics();
        fake.retained.put(topics.manifest(artifact.digest()), artifact.release());
        for (int i = 0; i < artifact.chunks().size(); i++) {
            fake.retained.put(
                    topics.chunk(artifact.digest(), i), artifact.chunks().get(i));
        }
        return fake;
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
            arrivals.add(new Arrival(topic, payload, () -> acknowledged++));
        }
    }

    @Override
    public void unsubscribe(String topic) {
        open.remove(topic);
    }

    @Override
    public Optional<Arrival> poll(Duration wait) throws InterruptedException {
        if (arrivals.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return Optional.ofNullable(arrivals.poll());
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public void close() {}
}
