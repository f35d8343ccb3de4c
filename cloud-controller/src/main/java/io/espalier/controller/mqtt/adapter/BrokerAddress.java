package io.espalier.controller.mqtt.adapter;

/** Where the broker is and as whom to connect; an empty user name connects without one. */
record BrokerAddress(String url, String clientId, String username, String password) {
    @Override
    public String toString() {
        return url;
    }
}
