package io.espalier.stack;

import io.espalier.proto.KafkaTopics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics Espalier needs; brokers do not make any on their own. */
final class KafkaTopicSet {
    private static final int TIMEOUT_SECONDS = 60;
    private static final Map<String, Integer> PARTITIONS =
            Map.of(KafkaTopics.TELEMETRY, 3, KafkaTopics.EVENTS, 3, KafkaTopics.ROLLUPS, 1);

    private KafkaTopicSet() {}

    /** Makes the topics that are missing. */
    static void create(Admin admin) throws Exception {
        try {
            Set<String> present = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            List<NewTopic> missing = PARTITIONS.entrySet().stream()
                    .filter(topic -> !present.contains(topic.getKey()))
                    .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), (short) 1))
                    .toList();
            if (!missing.isEmpty()) {
                admin.createTopics(missing).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            // Somebody else was faster.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
