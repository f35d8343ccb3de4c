package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Servers in one folder: Kafka and MQTT in this JVM, PostgreSQL as its child. Each starts on what a former run left
 * there, however that run ended; the caller keeps others out of the folder.
 *
 * @param programs where PostgreSQL is unpacked; may be shared with others
 * @param log where PostgreSQL writes
 * @param authority whose certificates Kafka and MQTT ask for, over TLS; where it is empty they answer anybody, in the clear
 * @param whenLost told why, when a server that had started is gone for good
 */
record InProcessServers(
        Path folder, Path programs, Path log, Optional<AuthorityFolder> authority, Consumer<String> whenLost) {
    /** Starts one server for each port, side by side. */
    Map<Service, Server> start(Map<Service, Integer> ports) {
        Map<Service, Integer> checkedNow = new EnumMap<>(ports);
        // An orphan of a killed stack may hold this one until it is reaped.
        checkedNow.remove(Service.POSTGRES);
        Ports.requireFree(checkedNow);
        Map<Service, Callable<Server>> starts = new EnumMap<>(Service.class);
        ports.forEach((service, port) -> starts.put(service, () -> start(service, port)));
        return Parallel.start(starts);
    }

    private Server kafka(Path data, int port) throws Exception {
        return authority.isPresent() ? KafkaBroker.start(data, port, authority.get()) : KafkaBroker.start(data, port);
    }

    private Server mqtt(Path data, int port) throws Exception {
        return authority.isPresent()
                ? MqttBroker.start(data, port, whenLost, authority.get())
                : MqttBroker.start(data, port, whenLost);
    }

    private Server start(Service service, int port) throws Exception {
        return switch (service) {
            case KAFKA -> kafka(folder.resolve("kafka"), port);
            case MQTT -> mqtt(folder.resolve("mqtt"), port);
            case POSTGRES -> {
                PostgresCluster cluster =
                        PostgresCluster.prepare(PostgresBinaries.unpackInto(programs), folder.resolve("postgres"), log);
                Ports.requireFree(Map.of(service, port));
                yield PostgresServer.start(cluster, port, log, whenLost);
            }
        };
    }
}
