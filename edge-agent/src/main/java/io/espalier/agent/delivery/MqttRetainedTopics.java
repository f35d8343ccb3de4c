package io.espalier.agent.delivery;

import io.espalier.agent.link.Causes;
import io.espalier.agent.link.MqttAddress;
import io.espalier.proto.Topics.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The fetch connection: clean start, no session left behind, manual acknowledgement.
 *
 * <p>Receive Maximum is far above the window: Artemis stalls for ever when it is not. Memory is bounded by the window and
 * by the queue here; what does not fit is dropped unacknowledged and asked for again.
 */
final class MqttRetainedTopics implements RetainedTopics, MqttCallback {
    private static final long CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final long CLOSE_TIMEOUT_MILLIS = 1_000;
    private static final int QOS = 1;

    private final MqttAsyncClient client;
    private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(2 * PartDownload.WINDOW);

    private MqttRetainedTopics(MqttAsyncClient client) {
        this.client = client;
    }

    static RetainedTopics connect(MqttAddress address) throws IOException {
        try {
            MqttAsyncClient client = new MqttAsyncClient(
                    address.serverUri(), Connection.FETCH.beside(address.clientId()), new MemoryPersistence());
            MqttRetainedTopics topics = new MqttRetainedTopics(client);
            client.setManualAcks(true);
            client.setCallback(topics);
            try {
                client.connect(address.options()).waitForCompletion(CONNECT_TIMEOUT_MILLIS);
            } catch (MqttException | IOException e) {
                topics.close();
                throw e;
            }
            return topics;
        } catch (MqttException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // The client library has swallowed it.
            }
            throw new IOException("MQTT broker at " + address.url() + ": " + Causes.inShort(e), e);
        }
    }

    @Override
    public void subscribe(String topic) {
        try {
            client.subscribe(topic, QOS);
        } catch (MqttException e) {
            // Silence on this topic: the part's patience runs out and it is sought another way.
        }
    }

    @Override
    public void unsubscribe(String topic) {
        try {
            client.unsubscribe(topic);
        } catch (MqttException e) {
            // The connection is gone, and the subscription with it.
        }
    }

    @Override
    public Optional<Arrival> poll(Duration wait) throws InterruptedException {
        return Optional.ofNullable(arrivals.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, CLOSE_TIMEOUT_MILLIS, true);
        } catch (MqttException | RuntimeException e) {
            // It was not connected.
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            // Nothing is left to release.
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        int id = message.getId();
        int qos = message.getQos();
        arrivals.offer(new Arrival(topic, message.getPayload(), () -> acknowledge(id, qos)));
    }

    private void acknowledge(int id, int qos) {
        try {
            client.messageArrivedComplete(id, qos);
        } catch (MqttException e) {
            // The connection is gone; a clean start forgets the message.
        }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
