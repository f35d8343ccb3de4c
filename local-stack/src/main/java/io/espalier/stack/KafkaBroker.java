package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** One Kafka node, broker and KRaft controller in this JVM, with Espalier's topics. */
final class KafkaBroker implements Server {
    private static final String NAME = "kafka";

    private final KafkaRaftServer server;
    private final Map<String, String> properties;
    private final Runnable afterClose;

    private KafkaBroker(KafkaRaftServer server, Map<String, String> properties, Runnable afterClose) {
        this.server = server;
        this.properties = Map.copyOf(properties);
        this.afterClose = afterClose;
    }

    /** Starts on an empty folder or on one that a former broker left, however that one ended. Whoever asks is answered. */
    static KafkaBroker start(Path folder, int port) throws Exception {
        return start(
                folder,
                config(folder, "PLAINTEXT", port),
                Map.of(Endpoints.KAFKA_BOOTSTRAP_SERVERS, Ports.LOOPBACK + ":" + port),
                Map.of(),
                () -> {});
    }

    /** Likewise, for clients with a certificate of that authority only; no port of the broker takes others. */
    static KafkaBroker start(Path folder, int port, AuthorityFolder authority) throws Exception {
        String tls = TlsPlugins.register(ServerTls.of(authority, NAME));
        Properties config = config(folder, "SSL", port);
        config.putAll(KafkaAccess.settings(tls, NAME));
        Map<String, String> properties = Map.of(
                Endpoints.KAFKA_BOOTSTRAP_SERVERS,
                Ports.LOOPBACK + ":" + port,
                Endpoints.KAFKA_SECURITY_PROTOCOL,
                "SSL",
                Endpoints.TLS_AUTHORITY,
                authority.certificateFile().toString());
        Map<String, Object> asItself = Map.of(
                "security.protocol",
                "SSL",
                TlsPlugins.SETTING,
                tls,
                "ssl.engine.factory.class",
                KafkaTlsEngines.class.getName());
        return start(folder, config, properties, asItself, () -> TlsPlugins.forget(tls));
    }

    private static KafkaBroker start(
            Path folder,
            Properties config,
            Map<String, String> properties,
            Map<String, Object> asItself,
            Runnable afterClose)
            throws Exception {
        format(folder);
        KafkaBroker broker = new KafkaBroker(
                new KafkaRaftServer(KafkaConfig.fromProps(config, false), Time.SYSTEM), properties, afterClose);
        Map<String, Object> client = new HashMap<>(asItself);
        client.put("bootstrap.servers", properties.get(Endpoints.KAFKA_BOOTSTRAP_SERVERS));
        try {
            broker.server.startup();
            try (Admin admin = Admin.create(client)) {
                KafkaTopicSet.create(admin);
                if (!asItself.isEmpty()) {
                    KafkaAccess.grant(admin);
                }
            }
            return broker;
        } catch (Exception e) {
            broker.close();
            throw e;
        }
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        afterClose.run();
    }

    /** A folder counts as formatted once {@code meta.properties} is there, which is written last. */
    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(folder);
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setUnstableFeatureVersionsEnabled(false)
                .setIgnoreFormatted(true)
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setHasDynamicQuorum(false)
                .run();
    }

    private static Properties config(Path folder, String protocol, int port) {
        int controllerPort = Ports.free(1).get(0);
        Properties config = new Properties();
        config.put("process.roles", "broker,controller");
        config.put("node.id", "1");
        config.put("controller.quorum.voters", "1@" + Ports.LOOPBACK + ":" + controllerPort);
        config.put(
                "listeners",
                "CLIENTS://" + Ports.LOOPBACK + ":" + port + ",CONTROLLER://" + Ports.LOOPBACK + ":" + controllerPort);
        config.put("advertised.listeners", "CLIENTS://" + Ports.LOOPBACK + ":" + port);
        config.put("listener.security.protocol.map", "CLIENTS:" + protocol + ",CONTROLLER:" + protocol);
        config.put("controller.listener.names", "CONTROLLER");
        config.put("inter.broker.listener.name", "CLIENTS");
        config.put("log.dirs", folder.toString());
        config.put("auto.create.topics.enable", "false");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            config.put(topic + ".replication.factor", "1");
            config.put(topic + ".num.partitions", "1");
        }
        config.put("transaction.state.log.min.isr", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");

        // A broker that was killed keeps its registration for one session: the next start waits for its end.
        config.put("controlled.shutdown.enable", "true");
        config.put("broker.session.timeout.ms", "3000");
        config.put("broker.heartbeat.interval.ms", "200");
        config.put("controller.quorum.election.timeout.ms", "200");
        config.put("controller.quorum.election.backoff.max.ms", "100");
        config.put("group.initial.rebalance.delay.ms", "0");

        // Modest in threads, memory and disk.
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "2");
        config.put("background.threads", "2");
        config.put("log.cleaner.threads", "1");
        config.put("log.cleaner.dedupe.buffer.size", "2097152");
        config.put("log.segment.bytes", "16777216");
        config.put("log.index.size.max.bytes", "1048576");
        config.put("log.retention.bytes", "134217728");
        config.put("metadata.log.segment.bytes", "8388608");
        config.put("metadata.max.retention.bytes", "33554432");
        return config;
    }
}
