package io.espalier.agent.enrol;

import io.espalier.agent.link.InsecureAddressException;
import io.espalier.agent.link.PlainText;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.trust.RejectedException;
import java.io.IOException;
import java.util.Base64;

/**
 * What a device needs to speak and to believe: its tenant, where the broker and Kafka are, its password, and whose
 * signatures count.
 *
 * @param trust a {@code TrustState}, Base64
 */
public record Enrolment(
        String tenant,
        String deviceId,
        String mqttUrl,
        String mqttUsername,
        String mqttPassword,
        String kafkaServers,
        String kafkaProtocol,
        String trust) {
    static final String PLAINTEXT = "PLAINTEXT";

    /** Throws where anything would go over a network in the clear; Kafka's addresses count only where they are used. */
    public void requireSecure(boolean usesKafka) throws InsecureAddressException {
        PlainText.refuseMqttTo(mqttUrl);
        if (usesKafka && !isKafkaSecure()) {
            PlainText.refuseKafkaTo(kafkaServers);
        }
    }

    public boolean isKafkaSecure() {
        return !kafkaProtocol.equals(PLAINTEXT);
    }

    /** Lets a device that knows of no root yet begin with the one that came with this. */
    public void begin(DeviceTrust with) throws IOException {
        try {
            with.begin(Base64.getDecoder().decode(trust));
        } catch (RejectedException | IllegalArgumentException e) {
            throw DamagedEnrolmentException.of(e);
        }
    }

    @Override
    public String toString() {
        return "Enrolment[" + tenant + "/" + deviceId + ", " + mqttUrl + ", " + kafkaServers + "]";
    }
}
