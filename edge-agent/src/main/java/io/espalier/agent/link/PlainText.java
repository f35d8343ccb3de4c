package io.espalier.agent.link;

import java.util.regex.Pattern;

/** Nothing leaves this machine in the clear: only its own loopback addresses may be spoken to without TLS. */
public final class PlainText {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[?::1]?|\\[?0:0:0:0:0:0:0:1]?");

    private PlainText() {}

    /** Whether the host is this machine, by how it is written: a name that only happens to lead here may lead elsewhere next. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** Throws for a broker that is elsewhere and is reached without TLS. */
    public static void refuseMqttTo(String url) throws InsecureAddressException {
        String host = url.replaceFirst("^[a-z]+://", "").replaceFirst(":\\d+/?$", "");
        if (!MqttAddress.isSecure(url) && !isLoopback(host)) {
            throw new InsecureAddressException(
                    "The controller gave " + url + " as the address of the MQTT broker, which"
                            + " would go over the network in the clear: let the operator set espalier.mqtt.public-url to the"
                            + " broker's mqtts:// address");
        }
    }

    /** Throws for servers of Kafka that are elsewhere and are reached without TLS. */
    public static void refuseKafkaTo(String servers) throws InsecureAddressException {
        for (String server : servers.split(",", -1)) {
            if (!isLoopback(server.strip().replaceFirst(":\\d+$", ""))) {
                throw new InsecureAddressException("The controller gave " + server.strip()
                        + " as an address of Kafka, which would go over the network in the clear: let the operator set"
                        + " espalier.kafka.public-security-protocol=SSL and the addresses of Kafka's SSL listener");
            }
        }
    }
}
