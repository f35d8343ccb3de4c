package io.espalier.benchmarks.device;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Does something with each message that comes. */
record OnArrival(Taker taker) implements MqttCallback {
    /** Takes a message, on the client's own thread. */
    @FunctionalInterface
    interface Taker {
        void take(String topic, MqttMessage message) throws Exception;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws Exception {
        taker.take(topic, message);
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
