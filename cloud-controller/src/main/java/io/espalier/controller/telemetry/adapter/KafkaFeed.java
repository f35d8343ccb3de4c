package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.proto.KafkaTopics;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads telemetry and events for as long as the controller runs. Where to read on stands in PostgreSQL, not in Kafka;
 * when either is away it starts again with growing pauses.
 */
@Singleton
final class KafkaFeed {
    private static final Logger LOG = Logger.getLogger(KafkaFeed.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long CHECK_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RecordIntake intake;
    private final KafkaAccess kafka;
    private final String instance;
    private final Thread thread = new Thread(this::run, "kafka-feed");
    /** Of the feed's own thread only. */
    private final Setbacks setbacks = new Setbacks();

    private volatile boolean stopping;
    private volatile @Nullable String problem;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;

    KafkaFeed(
            RecordIntake intake,
            KafkaAccess kafka,
            @ConfigProperty(name = "espalier.instance", defaultValue = "controller") String instance) {
        this.intake = intake;
        this.kafka = kafka;
        this.instance = instance;
        this.problem = "not connected to " + kafka + " yet";
    }

    void start(@Observes @Priority(4000) DatabaseReady event) {
        thread.setDaemon(true);
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        } else {
            thread.interrupt();
        }
        try {
            thread.join(4000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why telemetry is not read, with the address; null when it is. */
    @Nullable
    String problem() {
        return problem;
    }

    private void run() {
        while (!stopping) {
            try {
                kafka.makeTopics();
                read();
            } catch (WakeupException | InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
                return;
            } catch (TimeoutException | ExecutionException | RuntimeException e) {
                if (stopping) {
                    return;
                }
                complain(e);
            }
            try {
                Thread.sleep(setbacks.nextPauseMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void complain(Exception e) {
        String reason = "Telemetry is not read from " + kafka + ": " + KafkaAccess.inShort(e);
        if (setbacks.isNews(reason)) {
            LOG.warnf("%s. Trying again, at most every %d s", reason, Setbacks.LONGEST_PAUSE_MILLIS / 1000);
        }
        problem = reason;
    }

    private void read() {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            current = consumer;
            consumer.subscribe(KafkaAccess.TOPICS, new SeekToStored(consumer));
            LOG.infof("Reading telemetry from %s", kafka);
            long heardNanos = System.nanoTime() - CHECK_PAUSE_NANOS;
            while (!stopping) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                consumer.poll(POLL).forEach(records::add);
                if (!records.isEmpty()) {
                    intake.store(records);
                    heardNanos = System.nanoTime();
                    goesWell();
                } else if (System.nanoTime() - heardNanos > CHECK_PAUSE_NANOS) {
                    consumer.partitionsFor(
                            KafkaTopics.TELEMETRY, KafkaAccess.ANSWER); // Answered from a cache when it is fresh.
                    consumer.listTopics(KafkaAccess.ANSWER);
                    heardNanos = System.nanoTime();
                    goesWell();
                }
            }
        } finally {
            current = null;
        }
    }

    /** Kafka and the database have both answered: only then a next failure is a first one again. */
    private void goesWell() {
        setbacks.goesWell();
        problem = null;
    }

    private Map<String, Object> settings() {
        return kafka.with(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                "espalier-controller",
                // A static member is let in again at once after a kill.
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                instance,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                15_000,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                500,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                8 << 20,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false));
    }

    /** Goes to the stored offset of each partition that comes to us. */
    private final class SeekToStored implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        SeekToStored(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> consumer.seek(partition, intake.nextOffset(partition)));
        }
    }
}
