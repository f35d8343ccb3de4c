package io.espalier.agent.toys;

import com.sun.net.httpserver.HttpServer;
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

    private ToyArtifactServer(HttpServer http) {
        this.http = http;
    }

    public static ToyArtifactServer start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        ToyArtifactServer server = new ToyArtifactServer(http);
        http.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            server.requests.add(path);
            byte[] body = server.bodies.get(path);
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        http.start();
        return server;
    }

    public ToyArtifactServer hold(ToyArtifact artifact) {
        put(artifact, "manifest", artifact.release());
        for (int i = 0; i < artifact.chunks().size(); i++) {
            put(artifact, "chunks/" + i, artifact.chunks().get(i));
        }
        return this;
    }

    public void put(ToyArtifact artifact, String part, byte[] body) {
        bodies.put("/api/v1/artifacts/" + artifact.digest() + "/" + part, body);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
