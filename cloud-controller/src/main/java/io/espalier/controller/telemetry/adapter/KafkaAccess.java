package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.pki.ServiceTls;
import io.espalier.proto.KafkaTopics;
import jakarta.inject.Singleton;
import java.time.Duration;
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
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where Kafka is, how clients of it are made, and the topics that devices fill. */
@Singleton
final class KafkaAccess {
    static final List<String> TOPICS = List.of(KafkaTopics.TELEMETRY, KafkaTopics.EVENTS);
    static final Duration ANSWER = Duration.ofSeconds(10);

    private static final int REQUEST_MILLIS = 5_000;
    private static final int DEEPEST_CAUSE = 8;

    private final String servers;
    private final String protocol;
    private final ServiceTls tls;
    private final int partitions;

    KafkaAccess(
            @ConfigProperty(name = "kafka.bootstrap.servers") String servers,
            @ConfigProperty(name = "kafka.security.protocol", defaultValue = "PLAINTEXT") String protocol,
            ServiceTls tls,
            @ConfigProperty(name = "espalier.telemetry.partitions", defaultValue = "3") int partitions) {
        this.servers = servers;
        this.protocol = protocol;
        this.tls = tls;
        this.partitions = partitions;
    }

    /** These settings, and how to reach Kafka: by TLS where it speaks it, with what counts now. */
    Map<String, Object> with(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        if (protocol.equals("SSL")) {
            all.putAll(tls.kafkaSettings());
        }
        return all;
    }

    /** Makes the topics where they are missing; returns only if Kafka answers. */
    void makeTopics() throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = Admin.create(with(Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) ANSWER.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_MILLIS)))) {
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

    /** The innermost message, which says most; of an exception without any the name. */
    static String inShort(Throwable e) {
        String found = e.getClass().getSimpleName();
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            found = cause.getMessage() == null ? found : cause.getMessage();
        }
        return found;
    }

    @Override
    public String toString() {
        return "Kafka at " + servers;
    }
}
