package io.espalier.stack;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Servers in one folder: Kafka and MQTT in this JVM, PostgreSQL as its child. Each starts on what a former run left
 * there, however that run ended; the caller keeps others out of the folder.
 *
 * @param programs where PostgreSQL is unpacked; may be shared with others
 * @param log where PostgreSQL writes
 */
record InProcessServers(Path folder, Path programs, Path log) {
    /** Starts one server for each port, side by side. */
    Map<Service, Server> start(Map<Service, Integer> ports) {
        Map<Service, Callable<Server>> starts = new EnumMap<>(Service.class);
        ports.forEach((service, port) -> starts.put(service, () -> start(service, port)));
        return Parallel.start(starts);
    }

    private Server start(Service service, int port) throws Exception {
        return switch (service) {
            case KAFKA -> {
                Ports.requireFree(service, port);
                yield KafkaBroker.start(folder.resolve("kafka"), port);
            }
            case MQTT -> {
                Ports.requireFree(service, port);
                yield MqttBroker.start(folder.resolve("mqtt"), port);
            }
            case POSTGRES -> {
                PostgresCluster cluster =
                        PostgresCluster.prepare(PostgresBinaries.unpackInto(programs), folder.resolve("postgres"), log);
                // An orphan of a killed stack held the port until now.
                Ports.requireFree(service, port);
                yield PostgresServer.start(cluster, port, log);
            }
        };
    }
}
