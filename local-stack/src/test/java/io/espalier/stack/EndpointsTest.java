package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    @Test
    void saysWhichServerToAskFor() {
        Endpoints onlyMqtt = new Endpoints(Map.of(Endpoints.MQTT_URL, "tcp://127.0.0.1:1883"));

        assertThat(onlyMqtt.mqttUrl()).isEqualTo("tcp://127.0.0.1:1883");
        assertThatThrownBy(onlyMqtt::kafkaBootstrapServers)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Kafka was not started, so there is no kafka.bootstrap.servers: ask for Service.KAFKA");
    }

    @Test
    void keepsThePasswordOutOfLogs() {
        Endpoints endpoints = new Endpoints(Map.of(Endpoints.JDBC_PASSWORD, "swordfish"));

        assertThat(endpoints.jdbcPassword()).isEqualTo("swordfish");
        assertThat(endpoints.toString()).contains(Endpoints.JDBC_PASSWORD).doesNotContain("swordfish");
    }
}
