package io.espalier.stack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a Docker engine answers. An installed {@code docker} program proves nothing, and asking
 * Testcontainers first costs seconds and pages of log where there is no engine.
 */
final class DockerEngine {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final ByteBuffer PING = StandardCharsets.US_ASCII
            .encode("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n")
            .asReadOnlyBuffer();

    private DockerEngine() {}

    /** Asks the engine that {@code DOCKER_HOST} names, else those at the usual sockets. */
    static boolean answers() {
        return answers(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static boolean answers(Map<String, String> environment, Path home) {
        return candidates(environment, home).stream().anyMatch(DockerEngine::pings);
    }

    private static List<SocketAddress> candidates(Map<String, String> environment, Path home) {
        String host = environment.get("DOCKER_HOST");
        if (host != null && !host.isBlank()) {
            SocketAddress address = parse(host.strip());
            return address == null ? List.of() : List.of(address);
        }
        List<Path> sockets =
                new ArrayList<>(List.of(Path.of("/var/run/docker.sock"), home.resolve(".docker/run/docker.sock")));
        String runtime = environment.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            sockets.add(Path.of(runtime, "docker.sock"));
        }
        return sockets.stream()
                .filter(Files::exists)
                .<SocketAddress>map(UnixDomainSocketAddress::of)
                .toList();
    }

    private static @Nullable SocketAddress parse(String host) {
        try {
            URI uri = URI.create(host);
            if ("unix".equals(uri.getScheme())) {
                return UnixDomainSocketAddress.of(uri.getPath());
            }
            return uri.getHost() == null || uri.getPort() < 0
                    ? null
                    : new InetSocketAddress(uri.getHost(), uri.getPort());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** True when something that speaks HTTP answers in time; over TLS the answer is an error, but an answer. */
    private static boolean pings(SocketAddress address) {
        try (Selector selector = Selector.open();
                SocketChannel channel = address instanceof UnixDomainSocketAddress
                        ? SocketChannel.open(StandardProtocolFamily.UNIX)
                        : SocketChannel.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(address)) {
                if (selector.select(TIMEOUT.toMillis()) == 0 || !channel.finishConnect()) {
                    return false;
                }
            }
            channel.write(PING.duplicate());
            key.interestOps(SelectionKey.OP_READ);
            selector.selectedKeys().clear();
            ByteBuffer answer = ByteBuffer.allocate(64);
            return selector.select(TIMEOUT.toMillis()) > 0
                    && channel.read(answer) > 0
                    && StandardCharsets.US_ASCII
                            .decode(answer.flip())
                            .toString()
                            .startsWith("HTTP/1.");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
