package io.espalier.agent.toys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The controller's artifact paths: answers with what it holds, 404 otherwise, and remembers the requests. */
public final class ToyArtifactServer implements AutoCloseable {
    private final HttpServer http;
    private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private volatile int cutsAfterBytes = Integer.MAX_VALUE;

    private ToyArtifactServer(HttpServer http) {
        this.http = http;
    }

    public static ToyArtifactServer start() throws IOException {
        return start(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8));
    }

    /** On a server that was made for it, and is not started yet. */
    public static ToyArtifactServer start(HttpServer http) {
        ToyArtifactServer server = new ToyArtifactServer(http);
        http.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            server.requests.add(path);
            byte[] body = server.bodies.get(path);
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (body != null && range != null) {
                server.answerRange(exchange, body, range);
                return;
            }
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        http.start();
        return server;
    }

    /** Of a range {@code bytes=FIRST-LAST}, as far as the connection lasts. */
    private void answerRange(HttpExchange exchange, byte[] body, String range) throws IOException {
        ranges.add(range);
        String[] bounds = range.substring("bytes=".length()).split("-", -1);
        int first = Integer.parseInt(bounds[0]);
        int length = Integer.parseInt(bounds[1]) - first + 1;
        exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + bounds[1] + "/" + body.length);
        exchange.sendResponseHeaders(206, length);
        exchange.getResponseBody().write(body, first, Math.min(length, cutsAfterBytes));
        exchange.getResponseBody().flush();
        exchange.close();
    }

    /** Breaks every answer to a range after so many bytes. */
    public void cutRangesAfter(int bytes) {
        cutsAfterBytes = bytes;
    }

    /** The Range headers that came. */
    public List<String> ranges() {
        return List.copyOf(ranges);
    }

    public ToyArtifactServer hold(ToyArtifact artifact) {
        put(artifact, "manifest", artifact.release());
        for (int i = 0; i < artifact.chunks().size(); i++) {
            put(artifact, "chunks/" + i, artifact.chunks().get(i));
        }
        return this;
    }

    /** The release, and the content as one body. */
    public ToyArtifactServer holdContent(ToyArtifact artifact) {
        put(artifact, "manifest", artifact.release());
        put(artifact, "content", artifact.content());
        return this;
    }

    public void put(ToyArtifact artifact, String part, byte[] body) {
        bodies.put("/api/v1/artifacts/" + artifact.digest() + "/" + part, body);
    }

    public URI url() {
        return URI.create((http instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
                + http.getAddress().getPort());
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
