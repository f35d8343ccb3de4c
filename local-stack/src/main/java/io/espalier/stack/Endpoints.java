package io.espalier.stack;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where the started servers listen, under the property names that controller and agents use.
 *
 * @param properties the keys below, those of servers that were started
 */
public record Endpoints(Map<String, String> properties) {
    public static final String KAFKA_BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";
    public static final String MQTT_URL = "mqtt.url";

    /** {@code SSL} where Kafka takes clients with certificates only; absent where it takes anybody. */
    public static final String KAFKA_SECURITY_PROTOCOL = "kafka.security.protocol";

    /** The file with the certificate of the authority that vouches for servers and clients; absent where none does. */
    public static final String TLS_AUTHORITY = "tls.authority";

    public static final String JDBC_URL = "jdbc.url";
    public static final String JDBC_USERNAME = "jdbc.username";
    public static final String JDBC_PASSWORD = "jdbc.password";

    public Endpoints {
        properties = Map.copyOf(properties);
    }

    /** {@code host:port} of the Kafka broker. */
    public String kafkaBootstrapServers() {
        return require(KAFKA_BOOTSTRAP_SERVERS, Service.KAFKA);
    }

    /** {@code tcp://host:port} of the MQTT broker, {@code ssl://host:port} where it takes clients with certificates only. */
    public String mqttUrl() {
        return require(MQTT_URL, Service.MQTT);
    }

    /** JDBC address of the database {@code espalier}. */
    public String jdbcUrl() {
        return require(JDBC_URL, Service.POSTGRES);
    }

    /** A user that may do anything in that database. */
    public String jdbcUsername() {
        return require(JDBC_USERNAME, Service.POSTGRES);
    }

    /** That user's password. */
    public String jdbcPassword() {
        return require(JDBC_PASSWORD, Service.POSTGRES);
    }

    private String require(String key, Service service) {
        String value = properties.get(key);
        if (value == null) {
            throw new IllegalStateException(
                    service.label() + " was not started, so there is no " + key + ": ask for Service." + service);
        }
        return value;
    }

    /** Names no password. */
    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>(properties);
        shown.replace(JDBC_PASSWORD, "***");
        return shown.toString();
    }
}
