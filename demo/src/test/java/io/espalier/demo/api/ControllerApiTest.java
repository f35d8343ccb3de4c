package io.espalier.demo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerApiTest {
    private record Answer(int status, String body) {
        /** The connection is closed instead. */
        static final Answer LOST = new Answer(0, "");
    }

    @TempDir
    Path folder;

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private HttpServer server;
    private ControllerApi api;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1", this::answer);
        server.start();
        api = new ControllerApi(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "secret");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        Answer answer = exchange.getRequestURI().getPath().endsWith("/login")
                ? new Answer(200, "{\"token\":\"t\"}")
                : answers.isEmpty() ? new Answer(500, "{}") : answers.removeFirst();
        if (answer == Answer.LOST) {
            exchange.close();
            return;
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void logsInOnceAndIgnoresFieldsItDoesNotKnow() throws Exception {
        answers.add(new Answer(200, "[{\"id\":\"d1\",\"state\":\"serving\",\"online\":true,\"colour\":\"green\"}]"));
        answers.add(new Answer(200, "[]"));
        assertThat(api.devices("demo")).singleElement().satisfies(device -> {
            assertThat(device.id()).isEqualTo("d1");
            assertThat(device.samplesOfVariant()).isZero();
        });
        assertThat(api.devices("demo")).isEmpty();
        assertThat(calls).hasSize(3).first().asString().contains("/login").contains("secret");
    }

    @Test
    void opensAForgottenSessionAgain() throws Exception {
        answers.add(new Answer(401, "{}"));
        answers.add(new Answer(200, "[]"));
        assertThat(api.jobs()).isEmpty();
        assertThat(calls.stream().filter(call -> call.contains("/login"))).hasSize(2);
    }

    @Test
    void waitsForAControllerThatIsNotReady() throws Exception {
        answers.add(new Answer(503, "{\"title\":\"Waiting for the database\"}"));
        answers.add(new Answer(200, "[]"));
        assertThat(api.jobs()).isEmpty();
    }

    @Test
    void doesNotUploadAgainWhatArrivedThoughTheAnswerWasLost() throws Exception {
        Path data = Files.writeString(folder.resolve("data.npz"), "data");
        answers.add(Answer.LOST);
        answers.add(new Answer(200, """
                        [{"id":"old","name":"digits","digest":"other"},
                         {"id":"ds","name":"digits","digest":"%s"}]""".formatted(Sha256.of(Files.readAllBytes(data)))));

        assertThat(api.uploadDataSet("digits", data)).isEqualTo("ds");

        assertThat(calls.stream().filter(call -> call.startsWith("POST /api/v1/datasets")))
                .hasSize(1);
    }

    @Test
    void uploadsAgainWhatDidNotArrive() throws Exception {
        Path model = Files.writeString(folder.resolve("model.onnx"), "model");
        answers.add(Answer.LOST);
        answers.add(new Answer(200, "[{\"id\":\"m1\",\"datasetId\":\"other\"}]"));
        answers.add(new Answer(202, "{\"id\":\"m2\"}"));

        assertThat(api.uploadModel(model, Map.of("datasetId", "ds"))).isEqualTo("m2");

        assertThat(calls.stream().filter(call -> call.startsWith("POST /api/v1/models")))
                .hasSize(2);
    }

    @Test
    void aRefusedBudgetCarriesItsFloor() {
        answers.add(new Answer(422, """
                        {"type":"urn:espalier:problem:budget-below-floor","title":"Out of reach",
                         "detail":"needs at least 0.41 ms","floorP95Micros":410.5}"""));
        assertThatThrownBy(() -> api.setBudget("d1", 200)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.status()).isEqualTo(422);
            assertThat(problem.type()).endsWith("budget-below-floor");
            assertThat(problem.number("floorP95Micros")).isEqualTo(410.5);
            assertThat(problem.detail()).isEqualTo("needs at least 0.41 ms");
        });
    }

    @Test
    void anAnswerThatIsNotJsonIsShownAsItIs() {
        answers.add(new Answer(418, "short and stout"));
        assertThatThrownBy(() -> api.model("m1")).hasMessageContaining("short and stout");
    }
}
