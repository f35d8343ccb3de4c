package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.KafkaTopics;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StacksIT {
    private final Stack stack = Stacks.forTests();
    private final StackClients clients = new StackClients(stack.endpoints());

    @Test
    void keepsATelemetryRecord() throws Exception {
        clients.produce(KafkaTopics.TELEMETRY, "hello");

        assertThat(clients.consume(KafkaTopics.TELEMETRY)).contains("hello");
    }

    @Test
    void hasTheTopicsOfTheContract() throws Exception {
        assertThat(clients.topics()).contains(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS, KafkaTopics.ROLLUPS);
    }

    @Test
    void retainsAChunkOfHalfAMebibyte() throws Exception {
        byte[] chunk = new byte[512 << 10];
        new Random(7).nextBytes(chunk);

        clients.retain("espalier/v1/default/artifacts/big/chunks/0", chunk);

        assertThat(clients.retained("espalier/v1/default/artifacts/big/chunks/0"))
                .isEqualTo(chunk);
    }

    @Test
    void answersSqlAsTheCurrentPostgres() throws Exception {
        assertThat(clients.query("select upper('é') || current_database()")).isEqualTo("Éespalier");
    }

    @Test
    void sharesItsServersWithEveryTestOfTheJvm() {
        Endpoints again = Stacks.forTests(EnumSet.of(Service.MQTT)).endpoints();

        assertThat(again.mqttUrl()).isEqualTo(stack.endpoints().mqttUrl());
        assertThatThrownBy(again::jdbcUrl)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ask for Service.POSTGRES");
    }
}
