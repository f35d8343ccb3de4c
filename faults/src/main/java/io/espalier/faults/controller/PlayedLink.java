package io.espalier.faults.controller;

import io.espalier.proto.Topics;
import io.espalier.proto.Topics.Connection;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.tls.TlsIdentity;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** What a device that the bench plays says over MQTT, and whether the broker lets it. */
public final class PlayedLink implements MqttCallback, AutoCloseable {
    private static final Topics TOPICS = new Topics("default");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PlayedDevice device;
    private final MqttAsyncClient client;
    private final CountDownLatch cut = new CountDownLatch(1);

    private PlayedLink(PlayedDevice device, MqttAsyncClient client) {
        this.device = device;
        this.client = client;
    }

    /** Throws where the broker does not take the connection. */
    public static PlayedLink connect(Installation cloud, PlayedDevice device) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient(
                cloud.mqttUrl(), TOPICS.clientId(device.id(), Connection.COMMAND), new MemoryPersistence());
        PlayedLink link = new PlayedLink(device, client);
        client.setCallback(link);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(tls(cloud, device.identity()).getSocketFactory());
        options.setAutomaticReconnect(false);
        try {
            client.connect(options).waitForCompletion(PATIENCE.toMillis());
            return link;
        } catch (MqttException e) {
            client.close(true);
            throw e;
        }
    }

    private static SSLContext tls(Installation cloud, TlsIdentity identity) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                identity.keyManagers(), new TrustManager[] {cloud.authority().clientTrust()}, null);
        return context;
    }

    /** Says it, and waits until the broker has it. */
    public void say(DeviceChannel channel, byte[] message) throws MqttException {
        client.publish(TOPICS.device(device.id(), channel), message, 1, false).waitForCompletion(PATIENCE.toMillis());
    }

    /** Waits until the broker has ended the connection. */
    public void awaitCut() throws InterruptedException {
        if (!cut.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the broker still holds the connection of " + device.id() + " after "
                    + PATIENCE.toSeconds() + " s");
        }
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnectForcibly(0, TimeUnit.SECONDS.toMillis(1), true);
        }
        client.close(true);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        cut.countDown();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {}

    @Override
    public void mqttErrorOccurred(MqttException problem) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean again, String server) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}
}
