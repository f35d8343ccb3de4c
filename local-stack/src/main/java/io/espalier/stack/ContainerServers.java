package io.espalier.stack;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The same servers as containers, for tests where a Docker engine answers. */
final class ContainerServers {
    private static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka-native:4.0.0");
    private static final DockerImageName MQTT = DockerImageName.parse("eclipse-mosquitto:2.0.20");
    private static final DockerImageName POSTGRES = DockerImageName.parse("postgres:17-alpine");
    private static final int MQTT_PORT = 1883;

    private ContainerServers() {}

    static Map<Service, Server> start(Set<Service> services) {
        Map<Service, Callable<Server>> starts = new EnumMap<>(Service.class);
        services.forEach(service -> starts.put(service, () -> start(service)));
        return Parallel.start(starts);
    }

    private static Server start(Service service) throws Exception {
        return switch (service) {
            case KAFKA -> kafka();
            case MQTT -> mqtt();
            case POSTGRES -> postgres();
        };
    }

    private static Server kafka() throws Exception {
        KafkaContainer container = new KafkaContainer(KAFKA).withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
        return started(container, () -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", container.getBootstrapServers()))) {
                KafkaTopicSet.create(admin);
            }
            return Map.of(Endpoints.KAFKA_BOOTSTRAP_SERVERS, container.getBootstrapServers());
        });
    }

    private static Server mqtt() throws Exception {
        GenericContainer<?> container = new GenericContainer<>(MQTT)
                .withExposedPorts(MQTT_PORT)
                .withCommand("mosquitto", "-c", "/mosquitto-no-auth.conf")
                .waitingFor(Wait.forListeningPort());
        return started(
                container,
                () -> Map.of(
                        Endpoints.MQTT_URL, "tcp://" + container.getHost() + ":" + container.getMappedPort(MQTT_PORT)));
    }

    private static Server postgres() throws Exception {
        PostgreSQLContainer container = new PostgreSQLContainer(POSTGRES)
                .withDatabaseName(PostgresDatabase.NAME)
                .withUsername(PostgresCluster.USER)
                .withPassword(PostgresCluster.USER);
        return started(
                container,
                () -> Map.of(
                        Endpoints.JDBC_URL, container.getJdbcUrl(),
                        Endpoints.JDBC_USERNAME, container.getUsername(),
                        Endpoints.JDBC_PASSWORD, container.getPassword()));
    }

    private static Server started(GenericContainer<?> container, Callable<Map<String, String>> properties)
            throws Exception {
        container.start();
        try {
            return new ContainerServer(container, properties.call());
        } catch (Exception e) {
            container.stop();
            throw e;
        }
    }

    private record ContainerServer(GenericContainer<?> container, Map<String, String> properties) implements Server {
        @Override
        public void close() {
            container.stop();
        }
    }
}
