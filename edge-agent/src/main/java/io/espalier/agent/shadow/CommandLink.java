package io.espalier.agent.shadow;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.link.Reachability;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Presence;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * The connection for desired and reported state. Keeps itself up for ever; what could not be published while it was down is
 * published again by the {@code connected} callback, from state and not from a queue.
 */
public final class CommandLink implements Runnable {
    private static final int QOS = 1;
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final long CLOSE_TIMEOUT_MILLIS = 1_000;
    private static final Duration BETWEEN_RENEWALS = Duration.ofSeconds(10);

    private final MqttAddress address;
    private final Topics topics;
    private final DeviceId device;
    private final String agentVersion;
    private final Clock clock;
    private final Backoff backoff;
    private final Reachability reachability;
    private final DeviceTrust trust;
    private final TrustedTime time;
    private final Runnable unreachable;
    private final AtomicBoolean reconnecting = new AtomicBoolean();
    private Runnable connected = () -> {};
    private Consumer<byte[]> desired = payload -> {};
    private Consumer<byte[]> root = payload -> {};
    private Optional<Consumer<byte[]>> receipts = Optional.empty();
    private volatile @Nullable MqttAsyncClient client;
    private volatile @Nullable Outbox outbox;
    private volatile @Nullable CountDownLatch current;
    private volatile String session = "";
    private long askedNanos;

    /** {@code unreachable} is told each time that no connection came about. */
    public CommandLink(
            MqttAddress address,
            Topics topics,
            DeviceId device,
            String agentVersion,
            Clock clock,
            Backoff backoff,
            DeviceTrust trust,
            TrustedTime time,
            Runnable unreachable) {
        this.address = address;
        this.topics = topics;
        this.device = device;
        this.agentVersion = agentVersion;
        this.clock = clock;
        this.backoff = backoff;
        this.trust = trust;
        this.time = time;
        this.unreachable = unreachable;
        this.reachability = new Reachability("the MQTT broker at " + address.url());
    }

    /** Says what to do after each connect, with each assignment and with the next root. Before {@link #run}. */
    public void listen(Runnable whenConnected, Consumer<byte[]> whenDesired, Consumer<byte[]> whenRoot) {
        connected = whenConnected;
        desired = whenDesired;
        root = whenRoot;
    }

    /** Says what to do with each receipt, where telemetry leaves over this connection. Before {@link #run}. */
    public void listenForReceipts(Consumer<byte[]> whenReceipt) {
        receipts = Optional.of(whenReceipt);
    }

    /**
     * Makes the controller sign again what it desires, with a nonce that proves when. Does nothing where it was asked just
     * now, as at every connect.
     */
    public void askForRenewal() {
        synchronized (this) {
            if (session.isEmpty() || System.nanoTime() - askedNanos < BETWEEN_RENEWALS.toNanos()) {
                return;
            }
        }
        subscribeToNextRoot();
        sayPresent();
    }

    /** The broker says it again to who subscribes again: one that could not be kept on disk is still there to be had. */
    private void subscribeToNextRoot() {
        MqttAsyncClient open = client;
        if (open != null) {
            try {
                open.subscribe(
                        topics.root(trust.nextRoot()), QOS); // Not waited for: this may be the client's own thread.
            } catch (MqttException e) {
                // The connection is going down: the next one subscribes to it.
            }
        }
    }

    private void sayPresent() {
        synchronized (this) {
            askedNanos = System.nanoTime();
        }
        publish(DeviceChannel.PRESENCE, presence(session, true, time.newNonce()), true);
    }

    private void arrived(String topic, byte[] payload) {
        if (topic.equals(topics.device(device, DeviceChannel.DESIRED))) {
            desired.accept(payload);
            return;
        }
        if (topic.equals(topics.device(device, DeviceChannel.RECEIPT))) {
            receipts.ifPresent(heard -> heard.accept(payload));
            return;
        }
        long awaited = trust.nextRoot();
        root.accept(payload);
        if (trust.nextRoot() != awaited) {
            subscribeToNextRoot();
            sayPresent(); // What was refused under the old root may be right under this one.
        }
    }

    /**
     * Connects again at once, with the certificate that counts now. Nothing is lost: what is to be known here and there is
     * published after each connect.
     */
    public void reconnect() {
        CountDownLatch standing = current;
        if (standing != null) {
            reconnecting.set(true);
            standing.countDown();
        }
    }

    /** Whether it is connected now. */
    public boolean isUp() {
        return client != null;
    }

    /** Publishes if connected, when the broker takes it: what the connection ends before is published again by the next one. */
    public void publish(DeviceChannel channel, byte[] payload, boolean retained) {
        Outbox open = outbox;
        if (open != null) {
            MqttMessage message = new MqttMessage(payload);
            message.setQos(QOS);
            message.setRetained(retained);
            open.send(topics.device(device, channel), message);
        }
    }

    /**
     * Publishes telemetry that nobody need keep once it is that old.
     *
     * @return done when the broker has it and somebody listens; failed, with a reason to tell, otherwise
     */
    public CompletableFuture<Void> upload(byte[] payload, Duration expiry) {
        Outbox open = outbox;
        if (open == null) {
            return CompletableFuture.failedFuture(new IOException("not connected to the broker"));
        }
        MqttMessage message = new MqttMessage(payload);
        message.setQos(QOS);
        MqttProperties properties = new MqttProperties();
        properties.setMessageExpiryInterval(expiry.toSeconds());
        message.setProperties(properties);
        UploadOutcome outcome = new UploadOutcome(topics.device(device, DeviceChannel.TELEMETRY));
        open.send(outcome.topic(), message, outcome);
        return outcome.told();
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                String why = oneConnection();
                if (reconnecting.getAndSet(false)) {
                    continue;
                }
                Duration wait = backoff.next();
                reachability.lost(why, wait);
                Thread.sleep(wait.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connects, stays, and answers why it ended. */
    private String oneConnection() throws InterruptedException {
        session = UUID.randomUUID().toString();
        CountDownLatch lost = new CountDownLatch(1);
        current = lost;
        MqttAsyncClient opening = null;
        Outbox leaving = null;
        try {
            opening = new MqttAsyncClient(address.serverUri(), address.clientId(), new MemoryPersistence());
            LinkCallback callback = new LinkCallback(lost, this::arrived);
            opening.setCallback(callback);
            IMqttToken answer = opening.connect(options());
            answer.waitForCompletion(TIMEOUT_MILLIS);
            leaving = Outbox.over(opening, answer);
            if (receipts.isPresent()) {
                // Not waited for: a broker whose rules forbid it must not keep this device from what it is told.
                opening.subscribe(topics.device(device, DeviceChannel.RECEIPT), QOS);
            }
            outbox = leaving;
            client = opening;
            subscribe(opening, topics.device(device, DeviceChannel.DESIRED));
            subscribe(opening, topics.root(trust.nextRoot()));
            // The birth comes second: it makes the controller say again what it desires, to a subscription that stands.
            sayPresent();
            backoff.reset();
            reachability.reached();
            connected.run();
            lost.await();
            return callback.why();
        } catch (MqttException | IOException e) {
            unreachable.run();
            return Causes.inShort(e);
        } finally {
            client = null;
            outbox = null;
            current = null;
            if (leaving != null) {
                leaving.close();
            }
            if (opening != null) {
                close(opening);
            }
        }
    }

    /** A device that hears nothing is not connected: a program that counted as reported in then could never be replaced. */
    private static void subscribe(MqttAsyncClient opening, String topic) throws MqttException, IOException {
        IMqttToken answered = opening.subscribe(topic, QOS);
        answered.waitForCompletion(TIMEOUT_MILLIS);
        SubscriptionOutcome.requireGranted(topic, answered.getReasonCodes());
    }

    private MqttConnectionOptions options() throws IOException {
        MqttConnectionOptions options = address.options();
        MqttMessage will = new MqttMessage(presence(session, false, ""));
        will.setQos(QOS);
        will.setRetained(true);
        options.setWill(topics.device(device, DeviceChannel.PRESENCE), will);
        return options;
    }

    private byte[] presence(String ofSession, boolean online, String nonce) {
        return Presence.newBuilder()
                .setDeviceId(device.value())
                .setSessionId(ofSession)
                .setOnline(online)
                .setAtMillis(clock.millis())
                .setAgentVersion(agentVersion)
                .setNonce(nonce)
                .build()
                .toByteArray();
    }

    private void close(MqttAsyncClient open) {
        try {
            if (open.isConnected() && !reconnecting.get()) {
                open.publish(topics.device(device, DeviceChannel.PRESENCE), presence(session, false, ""), QOS, true)
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
