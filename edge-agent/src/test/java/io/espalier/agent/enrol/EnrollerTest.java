package io.espalier.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.espalier.agent.identity.DeviceIdentity;
import io.espalier.agent.identity.DeviceTls;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ToyCertifier;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrollerTest {
    private static final String ANSWER = """
            {"tenant":"default","deviceId":"d1","mqtt":{"url":"tcp://127.0.0.1:1","username":"d1","password":"p"},
             "kafka":{"bootstrapServers":"127.0.0.1:2"},"trust":"dHJ1c3Q=","certificate":"CHAIN"}""";

    private static final DeviceId DEVICE = new DeviceId("d1");

    @TempDir
    Path folder;

    private final ToyCertifier certifier = new ToyCertifier(Clock.systemUTC());
    private final List<String> requests = new ArrayList<>();
    private final Deque<Reply> replies = new ArrayDeque<>();
    private HttpServer http;

    private record Reply(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        http.createContext("/api/v1/enrol", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(request);
            Reply reply = replies.remove();
            String chain = reply.body().contains("CHAIN") ? certifier.enrol(request, DEVICE) : "";
            byte[] body = reply.body().replace("CHAIN", chain).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    @Test
    void keepsItsCredentials() throws Exception {
        replies.add(new Reply(200, ANSWER));

        Enrolment enrolment = enroller().enrol("token");

        assertThat(enrolment)
                .isEqualTo(new Enrolment(
                        "default", "d1", "tcp://127.0.0.1:1", "d1", "p", "127.0.0.1:2", "PLAINTEXT", "dHJ1c3Q="));
        assertThat(enroller().stored()).contains(enrolment);
        assertThat(requests.get(0)).contains("\"token\":\"token\"", "\"deviceId\":\"d1\"", "\"csr\":\"M");
        assertThat(identity().certified()).isPresent();
        assertThat(Files.getPosixFilePermissions(folder.resolve("enrolment.json")))
                .hasSize(2);
        assertThat(enrolment.toString()).doesNotContain("p\"").doesNotContain("password");
    }

    @Test
    void asksAgainWithTheSameNonceAfterALostReply() throws Exception {
        replies.add(new Reply(401, ""));
        replies.add(new Reply(200, ANSWER));
        assertThatThrownBy(() -> enroller().enrol("token")).isInstanceOf(EnrolmentRefusedException.class);

        enroller().enrol("token");

        assertThat(requests).hasSize(2);
        assertThat(withoutProof(requests.get(0)))
                .isEqualTo(withoutProof(requests.get(1)))
                .contains("\"nonce\":\"");
    }

    @Test
    void retriesWhileTheControllerIsUnwell() throws Exception {
        replies.add(new Reply(503, ""));
        replies.add(new Reply(200, ANSWER));

        enroller().enrol("token");

        assertThat(requests).hasSize(2);
    }

    @Test
    void saysWhyItWasRefusedAndWhatToDo() {
        replies.add(new Reply(409, "{\"title\":\"Token used\",\"detail\":\"token was used by d0\"}"));

        assertThatThrownBy(() -> enroller().enrol("token"))
                .isInstanceOf(EnrolmentRefusedException.class)
                .hasMessageContaining("refused to enrol d1: token was used by d0 (HTTP 409)")
                .hasMessageContaining("claim.bundle");
    }

    @Test
    void saysWhichFileIsDamagedAndWhatToDo() throws Exception {
        Files.writeString(folder.resolve("enrolment.json"), "{\"tenant\":");

        assertThatThrownBy(() -> enroller().stored())
                .isInstanceOf(DamagedEnrolmentException.class)
                .hasMessageContaining(folder.resolve("enrolment.json") + " is damaged")
                .hasMessageContaining("remove it, and set claim.bundle");
    }

    @Test
    void isNotEnrolledAtFirst() throws Exception {
        assertThat(enroller().stored()).isEmpty();
    }

    @Test
    void keepsNothingThatAnotherAuthorityCertified() {
        replies.add(new Reply(200, ANSWER));

        assertThatThrownBy(() -> enroller(Optional.of(Sha256.of(new byte[0]))).enrol("token"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was told to believe in");
        assertThat(folder.resolve("enrolment.json")).doesNotExist();
    }

    /** Keeps the key, which stands in the middle; the signature at the end, and with it the length, is another each time. */
    private static String withoutProof(String request) {
        return request.replaceAll("\"csr\":\"[^\"]{8}([^\"]{112})[^\"]*", "$1");
    }

    private DeviceIdentity identity() throws IOException {
        DeviceIdentity identity = DeviceIdentity.at(
                DEVICE,
                folder.resolve("device.key"),
                folder.resolve("device.pem"),
                Steps.UNWATCHED,
                new SecureRandom());
        identity.load();
        return identity;
    }

    private Enroller enroller() throws IOException {
        return enroller(Optional.empty());
    }

    private Enroller enroller(Optional<Sha256> authority) throws IOException {
        DeviceIdentity identity = identity();
        return new Enroller(
                DEVICE,
                URI.create("http://127.0.0.1:" + http.getAddress().getPort()),
                "1",
                folder.resolve("enrolment.json"),
                folder.resolve("nonce"),
                identity,
                new DeviceTls(
                        identity,
                        authority,
                        new TrustedTime(Instant.EPOCH, Clock.systemUTC(), System::nanoTime, new SplittableRandom(1))),
                new SplittableRandom(5));
    }
}
