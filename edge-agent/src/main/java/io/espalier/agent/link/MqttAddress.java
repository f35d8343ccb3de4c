package io.espalier.agent.link;

/** Where the broker is and who this device is to it. */
public record MqttAddress(String url, String clientId, String username, String password) {
    @Override
    public String toString() {
        return url + " as " + clientId;
    }
}
