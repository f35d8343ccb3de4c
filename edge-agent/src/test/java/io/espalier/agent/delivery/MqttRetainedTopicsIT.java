package io.espalier.agent.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.delivery.RetainedTopics.Arrival;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.link.SecureContext;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.stack.Service;
import io.espalier.stack.Stacks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fetch connection at a real broker. */
class MqttRetainedTopicsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);
    private static final long PATIENCE_MILLIS = 20_000;
    private static final Topics TOPICS = new Topics("default");

    private final Sha256 artifact = Sha256.of(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
    private MqttAsyncClient cloud;
    private RetainedTopics topics;

    @BeforeEach
    void connect() throws Exception {
        String url = Stacks.forTests(EnumSet.of(Service.MQTT)).endpoints().mqttUrl();
        cloud = new MqttAsyncClient(url, "cloud-" + UUID.randomUUID(), new MemoryPersistence());
        cloud.connect().waitForCompletion(PATIENCE_MILLIS);
        topics =
                MqttRetainedTopics.connect(new MqttAddress(url, "it-" + UUID.randomUUID(), "", "", SecureContext.NONE));
    }

    @AfterEach
    void disconnect() throws Exception {
        topics.close();
        cloud.disconnectForcibly(0, 1000, true);
        cloud.close(true);
    }

    @Test
    void takesTheLargestChunkAndIsNotBotheredWithWhatIsLonger() throws Exception {
        retain(0, 2 << 20);
        retain(1, 1 << 20);

        topics.subscribe(TOPICS.chunk(artifact, 0));
        topics.subscribe(TOPICS.chunk(artifact, 1));

        Optional<Arrival> first = topics.poll(SOON);
        assertThat(first.map(Arrival::topic)).contains(TOPICS.chunk(artifact, 1));
        assertThat(first.orElseThrow().payload()).hasSize(1 << 20);
        first.orElseThrow().acknowledge().run();
        assertThat(topics.poll(LONG_ENOUGH)).isEmpty();
        assertThat(topics.isConnected()).isTrue();
    }

    @Test
    void goesOnAfterWhatWasTooLong() throws Exception {
        retain(0, 2 << 20);
        topics.subscribe(TOPICS.chunk(artifact, 0));
        assertThat(topics.poll(LONG_ENOUGH)).isEmpty();

        retain(0, 5);

        assertThat(topics.poll(SOON).map(Arrival::payload))
                .hasValueSatisfying(payload -> assertThat(payload).hasSize(5));
        assertThat(topics.isConnected()).isTrue();
    }

    private void retain(int chunk, int bytes) throws Exception {
        cloud.publish(TOPICS.chunk(artifact, chunk), new byte[bytes], 1, true).waitForCompletion(PATIENCE_MILLIS);
    }
}
