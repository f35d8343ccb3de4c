package io.espalier.agent.shadow;

import io.espalier.agent.link.Causes;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Hands messages on and notices the end of one connection. */
final class LinkCallback implements MqttCallback {
    private final CountDownLatch lost;
    private final BiConsumer<String, byte[]> arrived;
    private volatile String why = "connection lost";

    LinkCallback(CountDownLatch lost, BiConsumer<String, byte[]> arrived) {
        this.lost = lost;
        this.arrived = arrived;
    }

    String why() {
        return why;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        arrived.accept(topic, message.getPayload());
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        if (response.getException() != null) {
            why = Causes.inShort(response.getException());
        } else if (response.getReasonString() != null) {
            why = response.getReasonString();
        } else if (response.getReturnCode() != 0) {
            why = "the broker closed the connection with reason code " + response.getReturnCode();
        }
        lost.countDown();
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
