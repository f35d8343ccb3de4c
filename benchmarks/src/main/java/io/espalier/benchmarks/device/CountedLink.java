package io.espalier.benchmarks.device;

import io.espalier.controller.mqtt.MqttLink;
import io.espalier.controller.mqtt.MqttMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** The controller's way to the broker, over one connection that is not restored, through a relay that counts every byte. */
final class CountedLink implements MqttLink, AutoCloseable {
    private static final int QOS = 1;
    private static final int MOST_IN_FLIGHT = 32;
    private static final long PATIENCE_MILLIS = 60_000;

    private final CountingRelay relay;
    private final MqttAsyncClient client;
    private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);

    private CountedLink(CountingRelay relay, MqttAsyncClient client) {
        this.relay = relay;
        this.client = client;
    }

    static CountedLink open(String broker) throws IOException, MqttException {
        CountingRelay relay = new CountingRelay(broker);
        CountedLink link =
                new CountedLink(relay, new MqttAsyncClient(relay.url(), "controller", new MemoryPersistence()));
        try {
            link.client.connect(new MqttConnectionOptions()).waitForCompletion(PATIENCE_MILLIS);
            return link;
        } catch (MqttException e) {
            link.close();
            throw e;
        }
    }

    long sentBytes() {
        return relay.sentBytes();
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained) {
        CompletableFuture<Void> published = new CompletableFuture<>();
        inFlight.acquireUninterruptibly();
        try {
            client.publish(topic, payload, QOS, retained, null, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    published.complete(null);
                }

                @Override
                public void onFailure(IMqttToken token, Throwable reason) {
                    published.completeExceptionally(reason);
                }
            });
        } catch (MqttException e) {
            published.completeExceptionally(e);
        }
        return published.whenComplete((done, failure) -> inFlight.release());
    }

    /** One filter at a time. */
    @Override
    public void subscribe(String filter, Consumer<MqttMessage> handler) {
        client.setCallback(
                new OnArrival((topic, message) -> handler.accept(new MqttMessage(topic, message.getPayload()))));
        try {
            client.subscribe(filter, QOS).waitForCompletion(PATIENCE_MILLIS);
        } catch (MqttException e) {
            throw new IllegalStateException("Cannot subscribe to " + filter, e);
        }
    }

    @Override
    public void onConnected(String name, Runnable task) {
        throw new UnsupportedOperationException("not needed to publish");
    }

    @Override
    public Set<String> retainedAmong(Collection<String> topics, Duration silence) {
        throw new UnsupportedOperationException("not needed to publish");
    }

    @Override
    public void close() throws IOException, MqttException {
        client.disconnectForcibly(0, 1_000, true);
        client.close(true);
        relay.close();
    }
}
