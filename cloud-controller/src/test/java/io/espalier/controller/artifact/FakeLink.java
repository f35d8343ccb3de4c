package io.espalier.controller.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A broker in memory that retains, and refuses one topic where told so. */
final class FakeLink implements MqttLink {
    final List<String> topics = new ArrayList<>();
    final Map<String, String> retained = new HashMap<>();
    String refuses = "";

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload, boolean isRetained) {
        topics.add(topic);
        if (topic.equals(refuses)) {
            return CompletableFuture.failedFuture(new IOException("refused"));
        }
        if (isRetained && payload.length > 0) {
            retained.put(topic, new String(payload, UTF_8));
        } else if (isRetained) {
            retained.remove(topic);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<String> retainedAmong(Collection<String> wanted, Duration silence) {
        Set<String> found = new HashSet<>(retained.keySet());
        found.retainAll(wanted);
        return found;
    }

    @Override
    public void subscribe(String filter, Consumer<MqttMessage> handler) {}

    @Override
    public void onConnected(String name, Runnable task) {}
}
