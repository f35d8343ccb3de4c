package io.espalier.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers every connection with the same bytes and then keeps it open. */
class BoundedHttpTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pace LEISURELY = new Pace(LONG, 1);

    private final BlockingQueue<Socket> connections = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private volatile String answer = "";
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept);
        accepting.setDaemon(true);
        accepting.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    @Test
    void givesBackStatusAndBody() throws Exception {
        answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";

        BoundedHttp.Answer came = new BoundedHttp(LONG, SecureContext.NONE).send(request(), 4);

        assertThat(came.status()).isEqualTo(404);
        assertThat(came.body()).asString().isEqualTo("none");
    }

    @Test
    void givesUpOnABodyThatStops() {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe first few";

        assertThatThrownBy(() -> new BoundedHttp(SHORT, SecureContext.NONE).send(request(), 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no whole answer within");
    }

    @Test
    void givesUpOnABodyThatIsTooLong() {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(20);

        assertThatThrownBy(() -> new BoundedHttp(LONG, SecureContext.NONE).send(request(), 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than the 10 bytes it may have");
    }

    @Test
    void takesThePartItAskedFor() throws Exception {
        answer = partial("0-3/9") + "four";

        takeRange(LEISURELY);

        assertThat(taken.toString(StandardCharsets.US_ASCII)).isEqualTo("four");
    }

    @Test
    void givesUpOnAPartThatTricklesInAndKeepsWhatCame() {
        answer = partial("0-3/9") + "fo";

        assertThatThrownBy(() -> takeRange(new Pace(SHORT, 4)))
                .isInstanceOf(IOException.class)
                .hasMessage("too slow: 2 bytes within 300 ms, at least 4 are expected");
        assertThat(taken.toString(StandardCharsets.US_ASCII)).isEqualTo("fo");
    }

    @Test
    void takesNothingOfAnotherPartOrOfAllOfIt() {
        answer = partial("1-4/9") + "four";
        assertThatThrownBy(() -> takeRange(LEISURELY)).hasMessageContaining("Content-Range is \"bytes 1-4/9\"");

        answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnine long";
        assertThatThrownBy(() -> takeRange(LEISURELY)).hasMessage("HTTP 200");
        assertThat(taken.size()).isZero();
    }

    @Test
    void takesNoMoreThanItAskedFor() {
        answer = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 9\r\n\r\nnine long";

        assertThatThrownBy(() -> takeRange(LEISURELY)).hasMessageContaining("more than the 4 bytes");
    }

    private static String partial(String range) {
        return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + range + "\r\nContent-Length: 4\r\n\r\n";
    }

    private void takeRange(Pace pace) throws IOException, InterruptedException {
        new BoundedHttp(LONG, SecureContext.NONE).takeRange(request(), 0, 3, pace, bytes -> {
            while (bytes.hasRemaining()) {
                taken.write(bytes.get());
            }
            return true;
        });
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"));
    }
}
