package io.espalier.agent.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.telemetry.TelemetryRecorder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open Inference Protocol v2 over HTTP on a loopback port: health, metadata, inference.
 *
 * <p>The model is always called {@code model}; its version is the variant's digest. Request bodies, threads and waiting
 * connections are bounded.
 */
public final class OpenInferenceServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenInferenceServer.class);
    private static final int BACKLOG = 32;
    private static final int THREADS = 4;
    private static final int WAITING = 64;
    private static final String REQUEST_SECONDS = "10";

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    private OpenInferenceServer(HttpServer server, ThreadPoolExecutor threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Throws a BindException where the port is taken. */
    public static OpenInferenceServer start(int port, ActiveModel active, TelemetryRecorder telemetry, String version)
            throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", REQUEST_SECONDS);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "espalier-serve");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        Endpoints endpoints = new Endpoints(active, telemetry, version);
        server.createContext("/", exchange -> handle(exchange, endpoints));
        server.start();
        return new OpenInferenceServer(server, threads);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private static void handle(HttpExchange exchange, Endpoints endpoints) throws IOException {
        try (exchange) {
            Reply reply;
            try {
                reply = endpoints.answer(exchange);
            } catch (RequestRefusedException e) {
                reply = Reply.error(e.status(), e.reason());
            } catch (ModelUnusableException e) {
                reply = Reply.error(500, e.reason());
            } catch (RuntimeException e) {
                LOG.error("serving {} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                reply = Reply.error(500, "internal error: " + e);
            }
            exchange.getResponseHeaders().set("Content-Type", reply.contentType());
            if (reply.jsonBytes() >= 0) {
                exchange.getResponseHeaders().set(InferRequest.JSON_LENGTH_HEADER, Integer.toString(reply.jsonBytes()));
            }
            exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            if (reply.body().length > 0) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(reply.body());
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
