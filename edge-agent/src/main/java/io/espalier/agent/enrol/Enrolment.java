package io.espalier.agent.enrol;

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
        String trust) {
    @Override
    public String toString() {
        return "Enrolment[" + tenant + "/" + deviceId + ", " + mqttUrl + ", " + kafkaServers + "]";
    }
}
