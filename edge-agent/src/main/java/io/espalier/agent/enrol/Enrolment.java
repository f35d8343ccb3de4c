package io.espalier.agent.enrol;

/** What a device needs to speak: its tenant, where the broker and Kafka are, and its password. */
public record Enrolment(
        String tenant, String deviceId, String mqttUrl, String mqttUsername, String mqttPassword, String kafkaServers) {
    @Override
    public String toString() {
        return "Enrolment[" + tenant + "/" + deviceId + ", " + mqttUrl + ", " + kafkaServers + "]";
    }
}
