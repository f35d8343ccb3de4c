package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.pki.ServiceTls;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * One connection from connect to loss; it is never used again after that.
 *
 * <p>The broker keeps the session for a day, so profiles and needs that devices send while no controller runs are
 * queued, not lost.
 */
final class PahoSession implements MqttCallback {
    private static final long STEP_TIMEOUT_MILLIS = 10_000;
    private static final long KEEP_SESSION_SECONDS = 86_400;

    /** Far above what can be outstanding: brokers stall at the limit. Memory is bounded by the inbox. */
    private static final int RECEIVE_MAXIMUM = 4096;

    private final MqttAsyncClient client;
    private final Inbox inbox;
    private final CountDownLatch lost = new CountDownLatch(1);
    private volatile String why = "closed";

    private PahoSession(MqttAsyncClient client, Inbox inbox) {
        this.client = client;
        this.inbox = inbox;
    }

    static PahoSession connect(BrokerAddress address, ServiceTls tls, Inbox inbox) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(address.serverUri(), address.clientId(), new MemoryPersistence());
        PahoSession session = new PahoSession(client, inbox);
        try {
            client.setCallback(session);
            client.setManualAcks(true);
            client.connect(options(address, tls)).waitForCompletion(STEP_TIMEOUT_MILLIS);
            return session;
        } catch (MqttException e) {
            session.close();
            throw e;
        }
    }

    private static MqttConnectionOptions options(BrokerAddress address, ServiceTls tls) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(KEEP_SESSION_SECONDS);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setConnectionTimeout(10);
        options.setKeepAliveInterval(20);
        options.setAutomaticReconnect(false);
        if (address.isSecure()) {
            options.setSocketFactory(tls.context().getSocketFactory());
            options.setHttpsHostnameVerificationEnabled(true);
        }
        if (!address.username().isEmpty()) {
            options.setUserName(address.username());
            options.setPassword(address.password().getBytes(StandardCharsets.UTF_8));
        }
        return options;
    }

    void subscribe(String filter) throws MqttException {
        client.subscribe(filter, 1).waitForCompletion(STEP_TIMEOUT_MILLIS);
    }

    void unsubscribe(String filter) throws MqttException {
        client.unsubscribe(filter).waitForCompletion(STEP_TIMEOUT_MILLIS);
    }

    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained) {
        CompletableFuture<Void> published = new CompletableFuture<>();
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        message.setRetained(retained);
        try {
            client.publish(topic, message, null, new MqttActionListener() {
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
        return published;
    }

    private void acknowledge(int messageId) {
        try {
            client.messageArrivedComplete(messageId, 1);
        } catch (MqttException e) {
            // The connection is gone; the broker sends it again and it is handled again.
        }
    }

    boolean isConnected() {
        return client.isConnected();
    }

    /** Returns why, as far as the client says. */
    String awaitLoss() throws InterruptedException {
        lost.await();
        return why;
    }

    void close() {
        lost.countDown();
        try {
            client.disconnectForcibly(0, 1000, false);
        } catch (MqttException | RuntimeException e) {
            // It was not connected.
        }
        try {
            client.close(true);
        } catch (MqttException | RuntimeException e) {
            // Nothing is left to close.
        }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        why = response.getException() != null
                ? response.getException().toString()
                : "reason code " + response.getReturnCode()
                        + (response.getReasonString() == null ? "" : ", " + response.getReasonString());
        lost.countDown();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
        inbox.put(
                new io.espalier.controller.mqtt.MqttMessage(topic, message.getPayload()),
                () -> acknowledge(message.getId()));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        why = exception.toString();
        lost.countDown();
    }

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
