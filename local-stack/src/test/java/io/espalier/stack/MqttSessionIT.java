package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

class MqttSessionIT {
    private static final int TIMEOUT_SECONDS = 30;
    private static final long SESSION_EXPIRY_SECONDS = 600;

    private final StackClients clients =
            new StackClients(Stacks.forTests(EnumSet.of(Service.MQTT)).endpoints());
    private final String topic = "espalier/v1/default/devices/" + UUID.randomUUID() + "/profile";
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @Test
    void keepsMessagesForASessionThatIsAway() throws Exception {
        String session = "controller-" + UUID.randomUUID();
        MqttClient here = connect(session);
        here.subscribe(topic, 1);
        here.disconnect();
        here.close();

        clients.publish(topic, "meanwhile");

        MqttClient back = connect(session);
        try {
            assertThat(received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo("meanwhile");
        } finally {
            back.disconnect();
            back.close();
        }
    }

    private MqttClient connect(String session) throws MqttException {
        MqttClient client = new MqttClient(clients.endpoints().mqttUrl(), session, new MemoryPersistence());
        client.setTimeToWait(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        client.setCallback(new Inbox(received));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(SESSION_EXPIRY_SECONDS);
        options.setAutomaticReconnect(false);
        client.connect(options);
        return client;
    }

    private record Inbox(BlockingQueue<String> received) implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException problem) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean again, String server) {}

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {}
    }
}
