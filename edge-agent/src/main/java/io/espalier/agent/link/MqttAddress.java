package io.espalier.agent.link;

import io.espalier.trust.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/** Where the broker is, who this device is to it, and what it shows there. */
public record MqttAddress(String url, String clientId, String username, String password, SecureContext tls) {
    /** Far above what is ever outstanding: Artemis stalls for ever where it is not. */
    private static final int RECEIVE_MAXIMUM = 64;

    /** Beside the payload: the longest topic that MQTT knows, and the properties. */
    private static final long ROOM_BYTES = 128 << 10;

    /** What a broker has longer than this it keeps. A release is the longest payload there is; chunks have 1 MiB at most. */
    private static final long MAXIMUM_PACKET_BYTES = Role.RELEASE.mostBytes() + ROOM_BYTES;

    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int CONNECTION_TIMEOUT_SECONDS = 5;
    private static final String MQTTS = "mqtts://";
    private static final String SSL = "ssl://";

    static boolean isSecure(String url) {
        return url.startsWith(MQTTS) || url.startsWith(SSL);
    }

    /** The address in the words of the client library. */
    public String serverUri() {
        return url.startsWith(MQTTS) ? SSL + url.substring(MQTTS.length()) : url;
    }

    /** For a connection that leaves no session behind, with the certificate that counts now. */
    public MqttConnectionOptions options() throws IOException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setMaximumPacketSize(MAXIMUM_PACKET_BYTES);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout(CONNECTION_TIMEOUT_SECONDS);
        options.setUserName(username);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        if (isSecure(url)) {
            options.setSocketFactory(tls.get().getSocketFactory());
            options.setHttpsHostnameVerificationEnabled(true);
        }
        return options;
    }

    @Override
    public String toString() {
        return url + " as " + clientId;
    }
}
