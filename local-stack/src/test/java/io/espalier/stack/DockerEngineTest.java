package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {
    @TempDir
    Path home;

    @Test
    void hearsAnEngineAtTheSocketThatTheEnvironmentNames() throws Exception {
        Path socket = home.resolve("engine.sock");
        try (ServerSocketChannel engine = listen(socket)) {
            Thread answering = new Thread(() -> answerOnce(engine));
            answering.start();

            assertThat(DockerEngine.answers(Map.of("DOCKER_HOST", "unix://" + socket), home))
                    .isTrue();
            answering.join();
        }
    }

    @Test
    void isNotFooledByASocketFileThatNobodyServes() throws Exception {
        Path socket = home.resolve("engine.sock");
        listen(socket).close();

        assertThat(DockerEngine.answers(Map.of("DOCKER_HOST", "unix://" + socket), home))
                .isFalse();
    }

    @Test
    void takesNonsenseForNoEngine() {
        assertThat(DockerEngine.answers(Map.of("DOCKER_HOST", "no such thing"), home))
                .isFalse();
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static void answerOnce(ServerSocketChannel engine) {
        try (SocketChannel client = engine.accept()) {
            client.read(ByteBuffer.allocate(256));
            client.write(StandardCharsets.US_ASCII.encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
