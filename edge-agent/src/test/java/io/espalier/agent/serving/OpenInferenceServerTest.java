package io.espalier.agent.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.SpoolRecord;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.TelemetryBatch;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenInferenceServerTest {
    private static final String FEEDBACK = "/v2/models/model/feedback";
    private static final String LEFT = "{\"id\":\"r1\",\"labels\":[\"left\"]}";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private final ActiveModel active = new ActiveModel();
    private Spool spool;
    private TelemetryRecorder telemetry;
    private OpenInferenceServer server;

    @BeforeEach
    void start() throws Exception {
        ManualClock clock = new ManualClock(1_000);
        spool = Spool.open(
                Files.createDirectory(folder.resolve("spool")),
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        telemetry = new TelemetryRecorder(new DeviceId("d"), spool, clock);
        server = OpenInferenceServer.start(0, active, telemetry, () -> "metrics\n", "9.9");
    }

    @AfterEach
    void stop() {
        server.close();
        active.close();
    }

    @Test
    void isLiveBeforeItIsReady() throws Exception {
        assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/v2/models/model/ready").statusCode()).isEqualTo(503);
        assertThat(infer("{}").statusCode()).isEqualTo(503);
        assertThat(infer(request("FP32", "[1,1,2,2]", "1,2,3,4")).body()).contains("no model serves yet");

        serve(1);

        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/v2/models/model/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void describesItselfAndItsModel() throws Exception {
        String version = serve(1);

        assertThat(get("/v2").body()).contains("\"version\":\"9.9\"", "binary_tensor_data");
        assertThat(get("/v2/models/model").body())
                .contains(
                        "\"versions\":[\"" + version + "\"]",
                        "\"platform\":\"onnxruntime_onnx\"",
                        "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,1,2,2]}",
                        "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,2]}",
                        "\"class_names\":[\"left\",\"right\"]");
        assertThat(get("/v2/models/model/versions/" + version).statusCode()).isEqualTo(200);
        assertThat(get("/v2/models/model/versions/other").statusCode()).isEqualTo(404);
        assertThat(get("/v2/models/other").statusCode()).isEqualTo(404);
        assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
    }

    @Test
    void takesFloatsAsTheyAreAndNestedArrays() throws Exception {
        serve(1);

        HttpResponse<String> flat = infer(request("FP32", "[1,1,2,2]", "1,2.5,3,4"));
        HttpResponse<String> nested = infer(request("FP32", "[1,1,2,2]", "[[[1,2.5],[3,4]]]"));

        assertThat(flat.body()).contains("\"id\":\"r1\"", "\"shape\":[1,2]", "\"data\":[4.0,6.5]");
        assertThat(nested.body()).isEqualTo(flat.body());
    }

    @Test
    void appliesTheContractToBytesAndAnswersABatch() throws Exception {
        serve(1);

        HttpResponse<String> reply = infer(request("UINT8", "[2,1,2,2]", "255,0,255,0,0,255,0,0"));

        assertThat(reply.body()).contains("\"shape\":[2,2]", "\"data\":[2.0,0.0,0.0,1.0]");
    }

    @Test
    void speaksBinaryTensors() throws Exception {
        serve(1);
        String json = """
                {"inputs":[{"name":"x","datatype":"FP32","shape":[1,1,2,2],"parameters":{"binary_data_size":16}}],
                 "outputs":[{"name":"y","parameters":{"binary_data":true}}]}""";
        ByteBuffer body = ByteBuffer.allocate(json.length() + 16).order(ByteOrder.LITTLE_ENDIAN);
        body.put(json.getBytes(StandardCharsets.UTF_8));
        body.putFloat(1).putFloat(2).putFloat(3).putFloat(4);

        HttpResponse<byte[]> reply = HTTP.send(
                HttpRequest.newBuilder(uri("/v2/models/model/infer"))
                        .header(InferRequest.JSON_LENGTH_HEADER, Integer.toString(json.length()))
                        .POST(BodyPublishers.ofByteArray(body.array()))
                        .build(),
                BodyHandlers.ofByteArray());

        int jsonBytes = (int) reply.headers()
                .firstValueAsLong(InferRequest.JSON_LENGTH_HEADER)
                .orElseThrow();
        ByteBuffer answer = ByteBuffer.wrap(reply.body()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new String(reply.body(), 0, jsonBytes, StandardCharsets.UTF_8))
                .contains("\"binary_data_size\":8");
        assertThat(answer.getFloat(jsonBytes)).isEqualTo(4);
        assertThat(answer.getFloat(jsonBytes + 4)).isEqualTo(6);
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        serve(1);

        refuses("{}", "one input");
        refuses("not json", "not JSON");
        refuses("[1]", "one object");
        refuses("{\"inputs\":[]}", "one input");
        refuses("{\"inputs\":[3]}", "something of another kind");
        refuses(request("FP32", "[1,\"1\",2,2]", "1,2,3,4"), "something of another kind");
        refuses(request("FP32", "[1,1,2,2]", "1,2,3,4").replace("r1", "r".repeat(300)), "has 300 characters");
        refuses("{\"inputs\":[{\"name\":\"x\"}]}", "datatype");
        refuses(request("FP32", "[1,1,2,2]", "1,2"), "asks for 4 values, the data has 2");
        refuses(request("FP32", "[1,4]", "1,2,3,4"), "shape [1, 4] does not fit");
        refuses(request("FP32", "[-1,1,2,2]", "1,2,3,4"), "does not fit");
        refuses(request("INT64", "[1,1,2,2]", "1,2,3,4"), "INT64");
        refuses(request("UINT8", "[1,1,2,2]", "1,2,3,256"), "0 to 255");
        refuses(request("FP32", "[1,1,2,2]", "0,".repeat(4 * 4096) + "0"), "more than the 16384 values");
        refuses(request("FP32", "[1,1,2,2]", "1,2,3,\"four\""), "must hold numbers");
        refuses(request("FP32", "[1,1,2,2]", "1,2,3,4").replace("\"x\"", "\"z\""), "no input \\\"z\\\"");
        assertThat(get("/v2/models/model/infer").statusCode()).isEqualTo(405);
    }

    @Test
    void countsServedRequestsInTelemetry() throws Exception {
        serve(1);
        infer(request("FP32", "[1,1,2,2]", "1,2,3,4"));
        infer(request("FP32", "[2,1,2,2]", "1,2,3,4,1,2,3,4"));

        telemetry.roll();

        SpoolRecord record = spool.awaitOldest(1, Duration.ZERO).get(0);
        assertThat(TelemetryBatch.parseFrom(record.body()).getInferences()).isEqualTo(3);
    }

    @Test
    void countsLabelsForTheAnswersTheyBelongTo() throws Exception {
        String version = serve(1);
        infer(request("UINT8", "[2,1,2,2]", "255,0,255,0,0,255,0,0"));

        HttpResponse<String> reply = post(FEEDBACK, "{\"id\":\"r1\",\"labels\":[\"left\",0]}");

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).contains("\"model_version\":\"" + version + "\"", "\"labelled\":2", "\"correct\":1");
        TelemetryBatch batch = window();
        assertThat(batch.getVariantDigest()).isEqualTo(version);
        assertThat(batch.getLabelled()).isEqualTo(2);
        assertThat(batch.getCorrect()).isEqualTo(1);
    }

    @Test
    void countsALateLabelForTheModelThatAnswered() throws Exception {
        String first = serve(1);
        infer(request("FP32", "[1,1,2,2]", "1,0,1,0"));
        window();
        String second = serve(2);

        assertThat(post("/v2/models/model/versions/" + second + "/feedback", LEFT)
                        .statusCode())
                .isEqualTo(404);
        assertThat(post("/v2/models/model/versions/" + first + "/feedback", LEFT)
                        .statusCode())
                .isEqualTo(200);

        TelemetryBatch batch = window();
        assertThat(batch.getVariantDigest()).isEqualTo(first);
        assertThat(batch.getInferences()).isZero();
        assertThat(batch.getLabelled()).isEqualTo(1);
        assertThat(batch.getCorrect()).isEqualTo(1);
    }

    @Test
    void countsNoLabelTwice() throws Exception {
        serve(1);
        infer(request("FP32", "[1,1,2,2]", "1,0,1,0"));

        assertThat(post(FEEDBACK, LEFT).statusCode()).isEqualTo(200);
        assertThat(post(FEEDBACK, LEFT).statusCode()).isEqualTo(404);
        assertThat(post(FEEDBACK, LEFT.replace("r1", "r2")).body()).contains("no inference with the id \\\"r2\\\"");
    }

    @Test
    void saysWhatIsWrongWithFeedbackAndTakesItOnceItIsRight() throws Exception {
        serve(1);
        infer(request("FP32", "[1,1,2,2]", "1,0,1,0"));

        for (String wrong : List.of(
                "not json",
                "[]",
                "{\"id\":\"r1\"}",
                "{\"labels\":[0]}",
                "{\"id\":1,\"labels\":[0]}",
                "{\"id\":\"r1\",\"labels\":[]}",
                "{\"id\":\"r1\",\"labels\":0}",
                "{\"id\":\"r1\",\"labels\":[0,1]}",
                "{\"id\":\"r1\",\"labels\":[2]}",
                "{\"id\":\"r1\",\"labels\":[-1]}",
                "{\"id\":\"r1\",\"labels\":[99999999999999]}",
                "{\"id\":\"r1\",\"labels\":[0.5]}",
                "{\"id\":\"r1\",\"labels\":[\"up\"]}",
                "{\"id\":\"" + "x".repeat(257) + "\",\"labels\":[0]}")) {
            HttpResponse<String> reply = post(FEEDBACK, wrong);
            assertThat(reply.statusCode()).as(wrong).isEqualTo(400);
            assertThat(reply.body()).as(wrong).startsWith("{\"error\":");
        }
        assertThat(post(FEEDBACK, LEFT).statusCode()).isEqualTo(200);
        assertThat(get(FEEDBACK).statusCode()).isEqualTo(405);
    }

    @Test
    void isReadyWhileAnInferenceRuns() throws Exception {
        serve(1);

        HttpResponse<String> ready = active.use(model -> {
                    try {
                        return get("/v2/health/ready");
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .orElseThrow();

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(get("/v2/models/model/versions/other/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void infersOnWhileTelemetryCannotBeWritten() throws Exception {
        serve(1);
        Files.delete(folder.resolve("spool/cursor"));
        Files.delete(folder.resolve("spool"));

        for (int i = 0; i < 3; i++) {
            assertThat(infer(request("FP32", "[1,1,2,2]", "1,2,3,4")).statusCode())
                    .isEqualTo(200);
            telemetry.roll();
        }

        assertThat(spool.dropped()).isEqualTo(3);
    }

    @Test
    void showsItsMetrics() throws Exception {
        HttpResponse<String> reply = get("/metrics");

        assertThat(reply.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.body()).isEqualTo("metrics\n");
    }

    @Test
    void saysThatItsPortIsTaken() {
        assertThatThrownBy(() -> OpenInferenceServer.start(server.port(), active, telemetry, () -> "metrics\n", "9.9"))
                .isInstanceOf(BindException.class);
    }

    private void refuses(String request, String because) throws Exception {
        HttpResponse<String> reply = infer(request);
        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).startsWith("{\"error\":").contains(because);
    }

    private String serve(float factor) throws Exception {
        ServedModel model = ToyRuntime.serving(factor);
        active.replaceBy(model);
        return model.variant().getVariantDigest();
    }

    private static String request(String datatype, String shape, String data) {
        return """
                {"id":"r1","inputs":[{"data":[%s],"name":"x","shape":%s,"datatype":"%s"}],"outputs":[{"name":"y"}]}""".formatted(data, shape, datatype);
    }

    /** The window that closes now. */
    private TelemetryBatch window() throws Exception {
        telemetry.roll();
        SpoolRecord record = spool.awaitOldest(1, Duration.ZERO).get(0);
        spool.acknowledge(record.sequence());
        return TelemetryBatch.parseFrom(record.body());
    }

    private HttpResponse<String> infer(String body) throws Exception {
        return post("/v2/models/model/infer", body);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
