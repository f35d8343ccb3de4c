package io.espalier.controller.mqtt.adapter;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.regex.Pattern;

/** Where the broker is and as whom to connect; an empty user name connects without one. */
record BrokerAddress(String url, String clientId, String username, String password) {
    private static final Pattern LEGAL = Pattern.compile("(tcp|ssl|ws|wss)://[^/:\\s]+(:\\d{1,5})?(/\\S*)?");

    BrokerAddress {
        if (!LEGAL.matcher(url).matches()) {
            throw new ConfigurationException("espalier.mqtt.url=" + url
                    + " is no address of an MQTT broker: use tcp://HOST:PORT, or ssl://HOST:PORT");
        }
    }

    @Override
    public String toString() {
        return url;
    }
}
