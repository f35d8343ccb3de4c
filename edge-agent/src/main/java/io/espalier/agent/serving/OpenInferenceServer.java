package io.espalier.agent.serving;

import io.espalier.agent.http.Limits;
import io.espalier.agent.http.LoopbackServer;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.telemetry.TelemetryRecorder;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Open Inference Protocol v2 over HTTP on a loopback port: health, metadata, inference; besides it labels for earlier
 * inferences, and metrics.
 *
 * <p>The model is always called {@code model}; its version is the variant's digest.
 */
public final class OpenInferenceServer implements AutoCloseable {
    private final LoopbackServer server;

    private OpenInferenceServer(LoopbackServer server) {
        this.server = server;
    }

    /**
     * Throws a BindException where the port is taken.
     *
     * @param metrics in the text format of Prometheus
     */
    public static OpenInferenceServer start(
            int port, ActiveModel active, TelemetryRecorder telemetry, Supplier<String> metrics, String version)
            throws IOException {
        return new OpenInferenceServer(LoopbackServer.start(
                port,
                Limits.forHeap(Runtime.getRuntime().maxMemory()),
                new Endpoints(active, telemetry, metrics, version)));
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
