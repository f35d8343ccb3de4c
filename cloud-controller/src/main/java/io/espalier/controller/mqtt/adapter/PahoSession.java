package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.mqtt.MqttStream;
import io.espalier.controller.pki.ServiceTls;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** One connection from connect to loss; it is never used again after that. */
final class PahoSession implements MqttCallback, MqttStream {
    private static final long STEP_TIMEOUT_MILLIS = 10_000;
    private static final long PUBLISH_TIMEOUT_SECONDS = 30;

    /** Messages on the way to the broker, where that does not take fewer. */
    private static final int MOST_IN_FLIGHT = 32;

    /** Of MQTT 5, section 2.4: reason codes from here on say that it was not done. */
    private static final int FIRST_FAILURE = 0x80;

    /** Of MQTT 5, section 3.8.3.1: retained messages are not sent at the subscription. */
    private static final int NOTHING_RETAINED = 2;

    private final MqttAsyncClient client;
    private final Arrivals arrivals;
    private final CountDownLatch lost = new CountDownLatch(1);
    /** What is free of the window; the broker says at the connect how large it may be. */
    private final Semaphore window = new Semaphore(0);

    private volatile String why = "closed";

    private PahoSession(MqttAsyncClient client, Arrivals arrivals) {
        this.client = client;
        this.arrivals = arrivals;
    }

    static PahoSession connect(BrokerAddress address, SessionTerms terms, ServiceTls tls, Arrivals arrivals)
            throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(address.serverUri(), terms.clientId(), new MemoryPersistence());
        PahoSession session = new PahoSession(client, arrivals);
        try {
            client.setCallback(session);
            client.setManualAcks(true);
            IMqttToken answer = client.connect(options(address, terms, tls));
            answer.waitForCompletion(STEP_TIMEOUT_MILLIS);
            session.window.release(windowOf(answer));
            return session;
        } catch (MqttException e) {
            session.close();
            throw e;
        }
    }

    /** The client throws where more is under way than the broker's Receive Maximum. */
    private static int windowOf(IMqttToken connected) throws MqttException {
        MqttProperties told = connected.getResponseProperties();
        Integer receiveMaximum = told == null ? null : told.getReceiveMaximum();
        if (receiveMaximum != null && receiveMaximum <= 0) {
            // The client takes the 16 bits for a signed number, and then publishes nothing at all.
            throw new MqttException(new IOException("its Receive Maximum of " + (receiveMaximum & 0xffff)
                    + " is more than this client can read: set it to at most " + Short.MAX_VALUE));
        }
        return receiveMaximum == null ? MOST_IN_FLIGHT : Math.min(MOST_IN_FLIGHT, receiveMaximum);
    }

    private static MqttConnectionOptions options(BrokerAddress address, SessionTerms terms, ServiceTls tls) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(terms.kept().isZero());
        options.setSessionExpiryInterval(terms.kept().toSeconds());
        options.setReceiveMaximum(terms.mostUnacknowledged());
        options.setMaximumPacketSize(terms.mostBytes());
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

    /** Throws where the broker forbids it. */
    void subscribe(String filter) throws MqttException {
        subscribe(new MqttSubscription(filter, 1));
    }

    /** Not to what is retained; throws where the broker forbids it. */
    void subscribeToWhatIsNew(String filter) throws MqttException {
        MqttSubscription subscription = new MqttSubscription(filter, 1);
        subscription.setRetainHandling(NOTHING_RETAINED);
        subscribe(subscription);
    }

    private void subscribe(MqttSubscription subscription) throws MqttException {
        IMqttToken answer = client.subscribe(subscription);
        answer.waitForCompletion(STEP_TIMEOUT_MILLIS);
        int reason = worst(answer);
        if (reason >= FIRST_FAILURE) {
            throw new MqttException(
                    reason,
                    new IOException("it refuses the subscription to " + subscription.getTopic() + " (" + inWords(reason)
                            + ")"));
        }
    }

    void unsubscribe(String filter) throws MqttException {
        client.unsubscribe(filter).waitForCompletion(STEP_TIMEOUT_MILLIS);
    }

    /** Blocks while the broker takes nothing more, for half a minute at most. */
    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained) {
        try {
            if (!window.tryAcquire(PUBLISH_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return CompletableFuture.failedFuture(new IOException("The MQTT broker takes nothing more"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> published = new CompletableFuture<>();
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        message.setRetained(retained);
        try {
            client.publish(topic, message, null, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    window.release();
                    int reason = worst(token);
                    if (reason < FIRST_FAILURE) {
                        published.complete(null);
                    } else {
                        published.completeExceptionally(
                                new IOException("The MQTT broker refuses a message (" + inWords(reason) + ")"));
                    }
                }

                @Override
                public void onFailure(IMqttToken token, Throwable reason) {
                    window.release();
                    published.completeExceptionally(reason);
                }
            });
        } catch (MqttException e) {
            window.release();
            published.completeExceptionally(e);
        }
        return published.orTimeout(PUBLISH_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void publish(String topic, byte[] payload) {
        try {
            client.publish(topic, payload, 0, false);
        } catch (MqttException e) {
            // The connection is gone, and so is what was to be said.
        }
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

    @Override
    public void end(String reason) {
        why = reason;
        lost.countDown();
    }

    /** As far as the client says. */
    @Override
    public String awaitEnd() throws InterruptedException {
        lost.await();
        return why;
    }

    @Override
    public void close() {
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
                ? reason(response.getException())
                : "reason code " + response.getReturnCode()
                        + (response.getReasonString() == null ? "" : ", " + response.getReasonString());
        lost.countDown();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
        arrivals.put(
                new io.espalier.controller.mqtt.MqttMessage(topic, message.getPayload()),
                () -> acknowledge(message.getId()));
    }

    /** The client takes any acknowledgement for a success; whether it is one stands in its reason codes. */
    private static int worst(IMqttToken answer) {
        int[] reasons = answer.getReasonCodes();
        return reasons == null ? 0 : Arrays.stream(reasons).max().orElse(0);
    }

    private static String inWords(int reason) {
        return String.format("reason code 0x%02X, %s", reason, new MqttException(reason).getMessage());
    }

    /** In words: the cause's, as far as it has any. */
    static String reason(MqttException e) {
        Throwable cause = e.getCause();
        if (cause instanceof EOFException) {
            return "the broker closed the connection";
        }
        return cause == null || cause.getMessage() == null ? String.valueOf(e.getMessage()) : cause.getMessage();
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        why = reason(exception);
        lost.countDown();
    }

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
