package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.mqtt.MqttStream;
import io.espalier.controller.mqtt.MqttStreams;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.UploadLimits;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Carries telemetry from MQTT to Kafka for devices that have no Kafka client. It listens only while Kafka takes what it brings:
 * otherwise it leaves the broker, which then keeps nothing for it, and devices keep their spools.
 */
@Singleton
final class TelemetryBridge {
    private static final Logger LOG = Logger.getLogger(TelemetryBridge.class);
    private static final String NAME = "telemetry";

    /** Some room above an upload, so that one that is a little too long is refused with a word. */
    private static final MqttStreams.Bounds BOUNDS = new MqttStreams.Bounds(64, 2 * UploadLimits.MOST_UPLOAD_BYTES);

    private static final int MAX_BLOCK_MILLIS = 5_000;
    private static final int DELIVERY_MILLIS = 10_000;
    private static final long BUFFER_BYTES = 16L << 20;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final MqttStreams streams;
    private final UploadForwarder forwarder;
    private final KafkaAccess kafka;
    private final String filter;
    private final Thread thread = new Thread(this::run, "telemetry-bridge");
    /** Of the bridge's own thread only. */
    private final Setbacks setbacks = new Setbacks();

    TelemetryBridge(
            MqttStreams streams,
            UploadForwarder forwarder,
            KafkaAccess kafka,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.streams = streams;
        this.forwarder = forwarder;
        this.kafka = kafka;
        this.filter = new Topics(tenant).everyDevice(DeviceChannel.TELEMETRY);
    }

    void start(@Observes @Priority(4000) DatabaseReady event) {
        thread.setDaemon(true);
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
        try {
            thread.join(4000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                try {
                    kafka.makeTopics();
                    complain(carry());
                } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    complain(KafkaAccess.inShort(e));
                }
                Thread.sleep(setbacks.nextPauseMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void complain(String why) {
        if (setbacks.isNews(why)) {
            LOG.warnf(
                    "Telemetry over MQTT is not taken: %s. Trying again, at most every %d s",
                    why, Setbacks.LONGEST_PAUSE_MILLIS / 1000);
        }
    }

    /** Carries until one of the two ends fails, and answers why. */
    private String carry() throws IOException, InterruptedException {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        (long) MAX_BLOCK_MILLIS,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        MAX_BLOCK_MILLIS,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        DELIVERY_MILLIS,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        BUFFER_BYTES)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Passage passage = new Passage(producer);
        try (MqttStream stream = streams.open(
                NAME, filter, BOUNDS, (message, acknowledge) -> forwarder.take(message, acknowledge, passage))) {
            passage.answersOn(stream);
            LOG.infof("Carrying telemetry from MQTT to %s", kafka);
            return stream.awaitEnd();
        } finally {
            producer.close(CLOSE_TIMEOUT);
            if (passage.hasCarried()) {
                setbacks.goesWell(); // A stream that opens proves nothing of Kafka.
            }
        }
    }
}
