package io.espalier.demo.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.demo.BuiltProject;
import io.espalier.demo.api.ControllerApi;
import io.espalier.demo.supervision.ChildSpec;
import io.espalier.demo.supervision.Ports;
import io.espalier.demo.supervision.Supervisor;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent without a Kafka client, a real controller, and servers that keep to their rules. */
class MqttTelemetryIT {
    private static final DemoDevice DEVICE = new DemoDevice("camera-mqtt", 1, 0.5, false);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    @TempDir
    Path folder;

    @Test
    void whatTheAgentSaysIsInTheDatabaseWhoeverWasAwayMeanwhile() throws Exception {
        Optional<Path> missing = BuiltProject.missing();
        assumeTrue(missing.isEmpty(), () -> missing + " is not built; mvn verify of the whole project builds it first");
        Processes processes = new Processes(BuiltProject.FOLDER, folder);
        int port = Ports.anyFree();
        int agentPort = Ports.anyFree();
        try (Supervisor supervisor = new Supervisor(System.out::println)) {
            supervisor.start(processes.stack());
            Properties stack = processes.stackProperties();
            String password = AdminPassword.of(folder);
            ChildSpec controller = processes.controller(stack, port, agentPort, password);
            supervisor.start(controller);
            ControllerApi api = new ControllerApi(URI.create("http://127.0.0.1:" + port), password);
            String bundle = api.claimBundle(DEVICE.id(), DemoDevice.GROUP);
            processes.writeAgentConfig(DEVICE, URI.create("https://127.0.0.1:" + agentPort), bundle);
            ChildSpec agent = overMqtt(processes.agent(DEVICE));

            supervisor.start(agent);
            awaitStarts(stack, 1);

            supervisor.stop(agent.name());
            supervisor.stop(controller.name());
            supervisor.start(agent);
            supervisor.start(controller);
            awaitStarts(stack, 2);
        }
    }

    private static ChildSpec overMqtt(ChildSpec agent) {
        return new ChildSpec(
                agent.name(),
                agent.command(),
                Map.of("ESPALIER_AGENT_TELEMETRY_SINK", "mqtt"),
                agent.log(),
                agent.readiness(),
                agent.startLimit(),
                agent.stopLimit());
    }

    private static void awaitStarts(Properties stack, int times) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (starts(stack) < times && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        assertThat(starts(stack)).isEqualTo(times);
    }

    /** How often the agent has said that it started, as the controller counts it. */
    private static int starts(Properties stack) throws SQLException {
        try (Connection database = DriverManager.getConnection(
                        stack.getProperty("jdbc.url"),
                        stack.getProperty("jdbc.username"),
                        stack.getProperty("jdbc.password"));
                PreparedStatement query = database.prepareStatement(
                        "select count(*) from device_event where device_id = ? and epoch is not null"
                                + " and text like 'agent % started'")) {
            query.setString(1, DEVICE.id());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
