package io.espalier.proto;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every MQTT topic of one tenant, and the names under which its devices connect, in one place. */
public record Topics(String tenant) {
    private static final Pattern LEGAL_TENANT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern DEVICE_TOPIC = Pattern.compile("espalier/v1/([^/]+)/devices/([^/]+)/([^/]+)");

    public Topics {
        if (!LEGAL_TENANT.matcher(tenant).matches()) {
            throw new IllegalArgumentException(
                    "Tenant \"" + tenant + "\" is not legal: use 1 to 64 letters, digits, hyphens or underscores");
        }
    }

    /** What the last level of a device's topic may be. */
    public enum DeviceChannel {
        PRESENCE,
        PROFILE,
        DESIRED,
        REPORTED,
        NEED,
        /** Uploads of devices whose telemetry leaves over MQTT. */
        TELEMETRY,
        /** What the controller says once Kafka has an upload. */
        RECEIPT;

        String level() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** What a device keeps a connection of its own for. */
    public enum Connection {
        COMMAND(""),
        FETCH(".fetch");

        private final String suffix;

        Connection(String suffix) {
            this.suffix = suffix;
        }

        /** The client id of this connection of the device whose {@link #COMMAND} connection has that one. */
        public String beside(String commandClientId) {
            return commandClientId + suffix;
        }
    }

    /** The MQTT client id: no name has a dot, so no two devices, of whatever tenants, have one in common. */
    public String clientId(DeviceId device, Connection connection) {
        return connection.beside(tenant + "." + device);
    }

    /** Whether a client id is one of that device's. */
    public boolean isClientId(DeviceId device, String clientId) {
        return Arrays.stream(Connection.values())
                .anyMatch(connection -> clientId(device, connection).equals(clientId));
    }

    public String device(DeviceId device, DeviceChannel channel) {
        return prefix() + "/devices/" + device + "/" + channel.level();
    }

    /** Filter that matches one channel of every device of this tenant. */
    public String everyDevice(DeviceChannel channel) {
        return prefix() + "/devices/+/" + channel.level();
    }

    public String manifest(Sha256 artifact) {
        return prefix() + "/artifacts/" + artifact + "/manifest";
    }

    public String chunk(Sha256 artifact, int index) {
        return prefix() + "/artifacts/" + artifact + "/chunks/" + index;
    }

    /** Where a root of that version is retained. */
    public String root(long version) {
        return prefix() + "/roots/" + Long.toUnsignedString(version);
    }

    /** The device a topic speaks of; throws where the topic is not one of this tenant's device topics. */
    public DeviceId deviceOf(String topic) {
        Matcher matcher = DEVICE_TOPIC.matcher(topic);
        if (!matcher.matches() || !matcher.group(1).equals(tenant)) {
            throw new IllegalArgumentException("\"" + topic + "\" is not a device topic of tenant \"" + tenant + "\"");
        }
        return new DeviceId(matcher.group(2));
    }

    private String prefix() {
        return "espalier/v1/" + tenant;
    }
}
