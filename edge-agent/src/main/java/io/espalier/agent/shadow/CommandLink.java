package io.espalier.agent.shadow;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.link.Reachability;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Presence;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * The connection for desired and reported state. Keeps itself up for ever; what could not be published while it was down is
 * published again by the {@code connected} callback, from state and not from a queue.
 */
public final class CommandLink implements Runnable {
    private static final int QOS = 1;
    private static final int RECEIVE_MAXIMUM = 64;
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final long CLOSE_TIMEOUT_MILLIS = 1_000;

    private final MqttAddress address;
    private final Topics topics;
    private final DeviceId device;
    private final String agentVersion;
    private final Clock clock;
    private final Backoff backoff;
    private final Reachability reachability;
    private Runnable connected = () -> {};
    private Consumer<byte[]> desired = payload -> {};
    private volatile @Nullable MqttAsyncClient client;

    public CommandLink(
            MqttAddress address, Topics topics, DeviceId device, String agentVersion, Clock clock, Backoff backoff) {
        this.address = address;
        this.topics = topics;
        this.device = device;
        this.agentVersion = agentVersion;
        this.clock = clock;
        this.backoff = backoff;
        this.reachability = new Reachability("the MQTT broker at " + address.url());
    }

    /** Says what to do after each connect and with each desired state; neither may block. Before {@link #run}. */
    public void listen(Runnable whenConnected, Consumer<byte[]> whenDesired) {
        connected = whenConnected;
        desired = whenDesired;
    }

    /** Whether it is connected now. */
    public boolean isUp() {
        return client != null;
    }

    /** Publishes if connected. */
    public void publish(DeviceChannel channel, byte[] payload, boolean retained) {
        MqttAsyncClient open = client;
        if (open != null) {
            try {
                open.publish(topics.device(device, channel), payload, QOS, retained);
            } catch (MqttException e) {
                // The connection is going down: the next one publishes the state again.
            }
        }
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Duration wait;
                String why = oneConnection();
                wait = backoff.next();
                reachability.lost(why, wait);
                Thread.sleep(wait.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connects, stays, and answers why it ended. */
    private String oneConnection() throws InterruptedException {
        String session = UUID.randomUUID().toString();
        CountDownLatch lost = new CountDownLatch(1);
        MqttAsyncClient opening = null;
        try {
            opening = new MqttAsyncClient(address.url(), address.clientId(), new MemoryPersistence());
            LinkCallback callback = new LinkCallback(lost, desired);
            opening.setCallback(callback);
            opening.connect(options(session)).waitForCompletion(TIMEOUT_MILLIS);
            client = opening;
            opening.subscribe(topics.device(device, DeviceChannel.DESIRED), QOS).waitForCompletion(TIMEOUT_MILLIS);
            // The birth comes second: it makes the controller say again what it desires, to a subscription that stands.
            publish(DeviceChannel.PRESENCE, presence(session, true), true);
            backoff.reset();
            reachability.reached();
            connected.run();
            lost.await();
            return callback.why();
        } catch (MqttException e) {
            return Causes.inShort(e);
        } finally {
            client = null;
            if (opening != null) {
                close(opening, session);
            }
        }
    }

    private MqttConnectionOptions options(String session) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(20);
        options.setConnectionTimeout(5);
        options.setUserName(address.username());
        options.setPassword(address.password().getBytes(StandardCharsets.UTF_8));
        MqttMessage will = new MqttMessage(presence(session, false));
        will.setQos(QOS);
        will.setRetained(true);
        options.setWill(topics.device(device, DeviceChannel.PRESENCE), will);
        return options;
    }

    private byte[] presence(String session, boolean online) {
        return Presence.newBuilder()
                .setDeviceId(device.value())
                .setSessionId(session)
                .setOnline(online)
                .setAtMillis(clock.millis())
                .setAgentVersion(agentVersion)
                .build()
                .toByteArray();
    }

    private void close(MqttAsyncClient open, String session) {
        try {
            if (open.isConnected()) {
                open.publish(topics.device(device, DeviceChannel.PRESENCE), presence(session, false), QOS, true)
                        .waitForCompletion(CLOSE_TIMEOUT_MILLIS);
            }
            open.disconnectForcibly(0, CLOSE_TIMEOUT_MILLIS, true);
        } catch (MqttException | RuntimeException e) {
            // The broker publishes the will instead.
        }
        try {
            open.close(true);
        } catch (MqttException e) {
            // Nothing is left to release.
        }
    }
}
