package io.espalier.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Speaks to the server byte by byte, as no well-behaved client would. */
@Timeout(60)
class LoopbackServerTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Limits LIMITS = new Limits(512, 1000, 1500, 2, LONG, LONG, LONG);

    private final List<Socket> sockets = new ArrayList<>();
    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        restart(LIMITS);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void answersOneRequestAfterTheOtherOnOneConnection() throws Exception {
        Socket socket =
                send("GET /a%20b?c HTTP/1.1\r\nHost: x\r\n\r\nPOST /d HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz");

        assertThat(reply(socket))
                .startsWith("HTTP/1.1 200 ")
                .contains("keep-alive")
                .endsWith("GET /a b ");
        assertThat(reply(socket)).endsWith("POST /d xyz");
    }

    @Test
    void readsChunksAndTellsAWaitingCallerToGoOn() throws Exception {
        Socket chunked = send(
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: t\r\n\r\n");
        assertThat(reply(chunked)).endsWith("POST / abcde");

        Socket waiting = send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
        assertThat(head(waiting.getInputStream())).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        more(waiting, "!");
        assertThat(reply(waiting)).endsWith("POST / !");
    }

    @Test
    void closesWhereTheCallerWantsItAndLeavesTheBodyOutOfAnAnswerToHead() throws Exception {
        Socket old = send("GET / HTTP/1.0\r\n\r\n");
        assertThat(everything(old)).contains("Connection: close").endsWith("GET / ");

        Socket head = send("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
        assertThat(everything(head)).contains("Content-Length: 6").endsWith("\r\n\r\n");
    }

    @Test
    void refusesABodyThatIsTooLargeBeforeItComesOrWhileItComes() throws Exception {
        assertRefused(
                "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", 413, "more than the 1000 bytes a body may have");
        assertRefused("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413, "1000");
        assertRefused(
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + "x".repeat(1000) + "\r\n1\r\n",
                413,
                "1000");
    }

    @Test
    void refusesAHeadThatIsTooLarge() throws Exception {
        assertRefused("GET /" + "x".repeat(600) + " HTTP/1.1\r\n\r\n", 431, "more than 512 bytes");
        assertRefused("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(200) + "\r\n", 431, "more than 512 bytes");
        assertRefused("x".repeat(5000), 431, "more than 512 bytes");
    }

    @Test
    void refusesWhatCanBeReadInTwoWays() throws Exception {
        assertRefused("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "two headers");
        assertRefused(
                "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "exclude");
        assertRefused("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na", 400, "not a number of bytes");
        assertRefused("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "only chunked");
        assertRefused("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "size of a chunk");
        assertRefused("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400, "longer than it says");
        assertRefused("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400, "not a header");
        assertRefused("GET / HTTP/2.0\r\n\r\n", 505, "use HTTP/1.1");
        assertRefused("hello\r\n\r\n", 400, "not a request line");
        assertRefused("GET /% HTTP/1.1\r\n\r\n", 400, "not a path");
    }

    @Test
    void givesUpOnACallerThatIsTooSlow() throws Exception {
        restart(new Limits(512, 1000, 1500, 2, SHORT, LONG, LONG));

        assertRefused("GET / HTT", 408, "did not come whole within 50 ms");
        assertRefused("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nx", 408, "did not come whole within 50 ms");
    }

    @Test
    void doesNotLetASlowCallerHoldUpAnother() throws Exception {
        Socket slow = send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nx");

        assertThat(reply(send("GET / HTTP/1.1\r\n\r\n"))).startsWith("HTTP/1.1 200");
        more(slow, "yz");
        assertThat(reply(slow)).endsWith("POST / xyz");
    }

    @Test
    void closesAConnectionThatIsIdle() throws Exception {
        restart(new Limits(512, 1000, 1500, 2, LONG, LONG, SHORT));

        assertThat(everything(send(""))).isEmpty();
        assertThat(everything(send("GET / HTTP/1.1\r\n\r\n"))).endsWith("GET / ");
    }

    @Test
    void turnsAwayMoreConnectionsThanItTakes() throws Exception {
        reply(send("GET / HTTP/1.1\r\n\r\n"));
        Socket second = send("GET / HTTP/1.1\r\n\r\n");
        reply(second);

        assertThat(everything(send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz")))
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 1\r\n", "2 connections are open, which is all");

        second.close();
        await(() -> server.connections() < 2);
        assertThat(reply(send("GET / HTTP/1.1\r\n\r\n"))).startsWith("HTTP/1.1 200");
    }

    @Test
    void aRefusedCallerHoldsNoRoomWhileItIsHeardOut() throws Exception {
        Socket refused = send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n");
        assertThat(reply(refused)).startsWith("HTTP/1.1 400");

        Socket large = send("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));

        assertThat(reply(large)).startsWith("HTTP/1.1 200");
    }

    @Test
    void holdsBodiesInBoundedMemory() throws Exception {
        Socket first = send("POST /count HTTP/1.1\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
        head(first.getInputStream());

        assertRefused("POST / HTTP/1.1\r\nContent-Length: 501\r\n\r\n", 503, "too many large requests at once");

        more(first, "x".repeat(1000));
        assertThat(reply(first)).startsWith("HTTP/1.1 200");
        await(() -> server.connections() == 1);
        Socket after = send("POST / HTTP/1.1\r\nContent-Length: 501\r\n\r\n" + "y".repeat(501));
        assertThat(reply(after)).startsWith("HTTP/1.1 200");
    }

    @Test
    void aLargeAnswerThatIsNotTakenHoldsTheRoomOfItsRequest() throws Exception {
        Socket slow = send("POST /huge HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));
        assertThat(head(slow.getInputStream())).startsWith("HTTP/1.1 200");

        assertRefused("POST / HTTP/1.1\r\nContent-Length: 501\r\n\r\n", 503, "too many large requests at once");
    }

    @Test
    void givesUpOnACallerThatDoesNotTakeItsAnswer() throws Exception {
        restart(new Limits(512, 1000, 1500, 2, LONG, SHORT, LONG));

        send("GET /huge HTTP/1.1\r\n\r\n");

        await(() -> server.connections() == 1);
        await(() -> server.connections() == 0);
    }

    @Test
    void saysThatItFailedAndGoesOn() throws Exception {
        Socket socket = send("GET /fails HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");

        assertThat(reply(socket)).startsWith("HTTP/1.1 500 ").contains("internal error");
        assertThat(reply(socket)).startsWith("HTTP/1.1 200");
    }

    private static Reply answer(Request request) {
        if (request.path().equals("/fails")) {
            throw new IllegalStateException("on purpose");
        }
        if (request.path().equals("/count")) {
            return new Reply(
                    200,
                    "text/plain",
                    Map.of(),
                    Integer.toString(request.body().length).getBytes(StandardCharsets.US_ASCII));
        }
        if (request.path().equals("/huge")) {
            return new Reply(200, "text/plain", Map.of(), new byte[64 << 20]);
        }
        String echo =
                request.method() + " " + request.path() + " " + new String(request.body(), StandardCharsets.US_ASCII);
        return new Reply(200, "text/plain", Map.of(), echo.getBytes(StandardCharsets.US_ASCII));
    }

    private void restart(Limits limits) throws IOException {
        if (server != null) {
            server.close();
        }
        server = LoopbackServer.start(0, limits, LoopbackServerTest::answer);
    }

    private void assertRefused(String request, int status, String because) throws Exception {
        Socket socket = send(request);
        assertThat(everything(socket))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("Connection: close", "{\"error\":", because);
        await(() -> server.connections() < 2);
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        sockets.add(socket);
        more(socket, request);
        return socket;
    }

    private static void more(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String everything(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                all.append((char) next);
            }
        } catch (SocketException e) {
            throw new IOException("after: " + all, e);
        }
        socket.close();
        return all.toString();
    }

    private static String reply(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String head = head(in);
        int from = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        int length = Integer.parseInt(head.substring(from, head.indexOf('\r', from)));
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
