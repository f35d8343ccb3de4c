package io.espalier.stack;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/** One MQTT client of a test, which remembers what came and whether it was cut off. */
public final class MqttPeer implements MqttCallback, AutoCloseable {
    public static final int NOT_AUTHORISED = 0x87;

    private static final int TIMEOUT_SECONDS = 20;
    private static final int UNDEFINED = -1;

    private final MqttAsyncClient client;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CountDownLatch cut = new CountDownLatch(1);

    private MqttPeer(MqttAsyncClient client) {
        this.client = client;
    }

    public static MqttPeer connect(String url, String clientId, SSLContext tls) throws MqttException {
        return connect(url, clientId, tls, new MqttConnectionOptions());
    }

    public static MqttPeer connect(String url, String clientId, SSLContext tls, MqttConnectionOptions options)
            throws MqttException {
        MqttPeer peer = new MqttPeer(new MqttAsyncClient(url, clientId, new MemoryPersistence()));
        peer.client.setCallback(peer);
        options.setSocketFactory(tls.getSocketFactory());
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        try {
            peer.client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
            return peer;
        } catch (MqttException e) {
            peer.client.close(true);
            throw e;
        }
    }

    /** The reason code of the answer. */
    public int subscribe(String filter) throws MqttException {
        return reasonOf(client.subscribe(filter, 1));
    }

    /** The reason code of the answer. */
    public int publish(String topic, String text) throws MqttException {
        return publish(topic, text, false);
    }

    public int retain(String topic, String text) throws MqttException {
        return publish(topic, text, true);
    }

    private int publish(String topic, String text, boolean retained) throws MqttException {
        return reasonOf(client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, retained));
    }

    private static int reasonOf(IMqttToken token) throws MqttException {
        try {
            token.waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        } catch (MqttException e) {
            if (token.getReasonCodes() == null || token.getReasonCodes().length == 0) {
                throw e;
            }
        }
        int[] reasons = token.getReasonCodes();
        return reasons == null || reasons.length == 0 ? UNDEFINED : reasons[0];
    }

    /** The next message; null where none comes in time. */
    @Nullable
    public String next() throws InterruptedException {
        return received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    public boolean isConnected() {
        return client.isConnected();
    }

    /** Whether the broker ends the connection in time. */
    public boolean isCutOff() throws InterruptedException {
        return cut.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnectForcibly(0, TimeUnit.SECONDS.toMillis(1), true);
        }
        client.close(true);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        received.add(topic + "=" + new String(message.getPayload(), StandardCharsets.UTF_8));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        cut.countDown();
    }

    @Override
    public void mqttErrorOccurred(MqttException problem) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean again, String server) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}
}
