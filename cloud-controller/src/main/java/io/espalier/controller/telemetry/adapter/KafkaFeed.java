package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.pki.ServiceTls;
import io.espalier.proto.KafkaTopics;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
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
    private static final List<String> TOPICS = List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long CHECK_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int DEEPEST_CAUSE = 8;
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    private final RecordIntake intake;
    private final String servers;
    private final String protocol;
    private final ServiceTls tls;
    private final String instance;
    private final int partitions;
    private final Thread thread = new Thread(this::run, "kafka-feed");
    /** Of the feed's own thread only. */
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    private volatile boolean stopping;
    private volatile @Nullable String problem;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;

    KafkaFeed(
            RecordIntake intake,
            @ConfigProperty(name = "kafka.bootstrap.servers") String servers,
            @ConfigProperty(name = "kafka.security.protocol", defaultValue = "PLAINTEXT") String protocol,
            ServiceTls tls,
            @ConfigProperty(name = "espalier.instance", defaultValue = "controller") String instance,
            @ConfigProperty(name = "espalier.telemetry.partitions", defaultValue = "3") int partitions) {
        this.intake = intake;
        this.servers = servers;
        this.protocol = protocol;
        this.tls = tls;
        this.instance = instance;
        this.partitions = partitions;
        this.problem = "not connected to Kafka at " + this.servers + " yet";
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
                makeTopics();
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
                Thread.sleep(pauseMillis);
            } catch (InterruptedException e) {
                return;
            }
            pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
        }
    }

    private void complain(Exception e) {
        String reason = "Telemetry is not read from Kafka at " + servers + ": " + inShort(e);
        if (!reason.equals(problem)) {
            LOG.warnf("%s. Trying again, at most every %d s", reason, LONGEST_PAUSE_MILLIS / 1000);
        }
        problem = reason;
    }

    /** The innermost message, which says most; of an exception without any the name. */
    private static String inShort(Exception e) {
        String found = e.getClass().getSimpleName();
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            found = cause.getMessage() == null ? found : cause.getMessage();
        }
        return found;
    }

    private void makeTopics() throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = Admin.create(with(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) ANSWER.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5000)))) {
            for (String topic : TOPICS) {
                try {
                    admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                            .all()
                            .get(ANSWER.toSeconds() + 1, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
        }
    }

    private void read() {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            current = consumer;
            consumer.subscribe(TOPICS, new SeekToStored(consumer));
            LOG.infof("Reading telemetry from Kafka at %s", servers);
            long heardNanos = System.nanoTime() - CHECK_PAUSE_NANOS;
            while (!stopping) {
                List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
                consumer.poll(POLL).forEach(records::add);
                if (!records.isEmpty()) {
                    intake.store(records);
                    heardNanos = System.nanoTime();
                    goesWell();
                } else if (System.nanoTime() - heardNanos > CHECK_PAUSE_NANOS) {
                    consumer.partitionsFor(KafkaTopics.TELEMETRY, ANSWER); // Answered from a cache when it is fresh.
                    consumer.listTopics(ANSWER);
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
        pauseMillis = FIRST_PAUSE_MILLIS;
        problem = null;
    }

    private Map<String, Object> settings() {
        return with(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
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

    /** These settings, and how to speak TLS where Kafka does. */
    private Map<String, Object> with(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        if (protocol.equals("SSL")) {
            all.putAll(tls.kafkaSettings());
        }
        return all;
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
