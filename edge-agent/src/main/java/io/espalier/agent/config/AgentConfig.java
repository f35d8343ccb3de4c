package io.espalier.agent.config;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything the agent is told.
 *
 * @param authority fingerprint of the authority by which the controller is known at first sight; from the claim bundle
 * @param servePort 0 for any free port; the one taken is written to {@code serve.port} in the state directory
 * @param simulateSlowdown every timed inference is this many real ones back to back
 * @param goldenTolerance largest difference, absolute plus relative, between an output and its golden value
 */
public record AgentConfig(
        DeviceId deviceId,
        URI controllerUrl,
        Optional<String> claimToken,
        Optional<Sha256> authority,
        Path stateDir,
        int servePort,
        Optional<Path> replaySource,
        int replayBatch,
        Duration replayInterval,
        int simulateSlowdown,
        Optional<Path> hostLock,
        int threads,
        Duration telemetryWindow,
        SinkKind telemetrySink,
        long spoolMaxBytes,
        Duration spoolMaxAge,
        double goldenTolerance,
        boolean exitWithParent) {

    /** How telemetry leaves the device. */
    public enum SinkKind {
        /** To Kafka itself. */
        KAFKA,
        /** Over the MQTT connection to the controller, which puts it into Kafka; takes less memory. */
        MQTT
    }
}
