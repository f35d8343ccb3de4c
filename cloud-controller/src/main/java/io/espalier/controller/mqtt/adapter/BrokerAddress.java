package io.espalier.controller.mqtt.adapter;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.regex.Pattern;

/** Where the broker is and as whom to connect; an empty user name connects without one. */
record BrokerAddress(String url, String clientId, String username, String password) {
    private static final String MQTTS = "mqtts:";
    private static final Pattern LEGAL = Pattern.compile("(tcp|ssl|mqtts|ws|wss)://[^/:\\s]+(:\\d{1,5})?(/\\S*)?");

    BrokerAddress {
        if (!LEGAL.matcher(url).matches()) {
            throw new ConfigurationException(
                    "espalier.mqtt.url=" + url
                            + " is no address of an MQTT broker: use mqtts://HOST:PORT, or tcp://HOST:PORT on a network that is nobody else's");
        }
    }

    boolean isSecure() {
        return url.startsWith("ssl:") || url.startsWith(MQTTS) || url.startsWith("wss:");
    }

    /** The address in the words of the client library. */
    String serverUri() {
        return url.startsWith(MQTTS) ? "ssl:" + url.substring(MQTTS.length()) : url;
    }

    @Override
    public String toString() {
        return url;
    }
}
