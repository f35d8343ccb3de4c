package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.mqtt.MqttStream;
import io.espalier.controller.mqtt.MqttStreams;
import io.espalier.controller.pki.ServiceTls;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Streams as sessions that end with their connections. */
@Singleton
final class PahoStreams implements MqttStreams {
    private final BrokerAddress address;
    private final ServiceTls tls;

    PahoStreams(BrokerAddress address, ServiceTls tls) {
        this.address = address;
        this.tls = tls;
    }

    @Override
    public MqttStream open(String name, String filter, Bounds bounds, Receiver receiver) throws IOException {
        SessionTerms terms =
                new SessionTerms(address.clientId() + "." + name, Duration.ZERO, bounds.messages(), bounds.bytes());
        try {
            PahoSession session = PahoSession.connect(address, terms, tls, receiver::take);
            try {
                session.subscribeToWhatIsNew(filter);
                return session;
            } catch (MqttException e) {
                session.close();
                throw e;
            }
        } catch (MqttException e) {
            throw new IOException("the MQTT broker at " + address + ": " + PahoSession.reason(e), e);
        }
    }
}
