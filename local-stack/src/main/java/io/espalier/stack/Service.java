package io.espalier.stack;

import java.util.Set;

/** One server of the stack. */
public enum Service {
    KAFKA("Kafka", "--kafka-port", Endpoints.KAFKA_BOOTSTRAP_SERVERS),
    MQTT("MQTT", "--mqtt-port", Endpoints.MQTT_URL),
    POSTGRES("PostgreSQL", "--postgres-port", Endpoints.JDBC_URL);

    private final String label;
    private final String portOption;
    private final String addressKey;

    Service(String label, String portOption, String addressKey) {
        this.label = label;
        this.portOption = portOption;
        this.addressKey = addressKey;
    }

    /** Every server. */
    public static Set<Service> all() {
        return Set.of(values());
    }

    /** The name a person knows it by. */
    public String label() {
        return label;
    }

    String portOption() {
        return portOption;
    }

    String addressKey() {
        return addressKey;
    }
}
