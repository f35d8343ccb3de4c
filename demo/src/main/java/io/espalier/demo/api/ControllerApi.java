package io.espalier.demo.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.proto.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the controller, patiently: a controller that is being started again is waited for, a session it forgot is
 * opened again. What is created is created once: where an answer was lost, it is looked for before it is asked for again.
 */
public final class ControllerApi {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration CALL_LIMIT = Duration.ofMinutes(5);
    private static final int MOST_ATTEMPTS = 3;

    private final URI base;
    private final String password;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final ObjectMapper json =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private @Nullable String session;

    public ControllerApi(URI base, String password) {
        this.base = base;
        this.password = password;
    }

    /** What lets this device in once; it will be in this group. */
    public String claimBundle(String deviceId, String group) throws InterruptedException {
        return post("/claim-tokens", Map.of("deviceId", deviceId, "group", group))
                .path("bundle")
                .asText();
    }

    /** What lets a device in once that takes the place of the one with this name. */
    public String replacementBundle(String deviceId) throws InterruptedException {
        return post("/devices/" + deviceId + "/replace", Map.of())
                .path("bundle")
                .asText();
    }

    public List<Device> devices(String group) throws InterruptedException {
        return list(send(Call.get("/devices?group=" + encode(group))), Device.class);
    }

    /** The least p95 this device can reach with any form of its model; null while not measured. */
    public @Nullable Double floorP95Micros(String deviceId) throws InterruptedException {
        JsonNode floor = send(Call.get("/devices/" + deviceId + "/explanation")).path("floorP95Micros");
        return floor.isNumber() ? floor.doubleValue() : null;
    }

    /** @throws ProblemException with status 422 and {@code floorP95Micros} when no variant can be that fast */
    public void setBudget(String deviceId, double latencyP95Micros) throws InterruptedException {
        send(Call.json("PUT", "/devices/" + deviceId + "/budget", write(Map.of("latencyP95Micros", latencyP95Micros))));
    }

    public String uploadDataSet(String name, Path file) throws InterruptedException {
        return create(
                upload("/datasets" + query(Map.of("name", name, "filename", String.valueOf(file.getFileName()))), file),
                "/datasets",
                dataSet -> dataSet.path("name").asText().equals(name)
                        && dataSet.path("digest").asText().equals(sha256(file)));
    }

    /** @param parameters of the upload, such as scale or epochs; {@code datasetId} belongs to this model alone */
    public String uploadModel(Path file, Map<String, String> parameters) throws InterruptedException {
        return create(
                upload("/models" + query(parameters), file),
                "/models",
                model -> isOf(model, parameters.get("datasetId")));
    }

    /** Trains a model of a known architecture from scratch; {@code datasetId} belongs to this model alone. */
    public String trainModel(Map<String, Object> request) throws InterruptedException {
        return create(
                Call.json("POST", "/models/train", write(request)).once(),
                "/models",
                model -> isOf(model, request.get("datasetId")));
    }

    public Model model(String id) throws InterruptedException {
        return read(send(Call.get("/models/" + id)), Model.class);
    }

    public void assignModel(String group, String modelId) throws InterruptedException {
        send(Call.json("PUT", "/groups/" + group + "/model", write(Map.of("modelId", modelId))));
    }

    public List<Job> jobs() throws InterruptedException {
        return list(send(Call.get("/jobs")), Job.class);
    }

    public Variant variant(String digest) throws InterruptedException {
        return read(send(Call.get("/variants/" + digest)), Variant.class);
    }

    /** Labelled samples of the model's test split, in the form an agent replays. */
    public byte[] replay(String modelId) throws InterruptedException {
        return sendForBytes(Call.get("/models/" + modelId + "/replay.pb"));
    }

    private JsonNode post(String path, Object body) throws InterruptedException {
        return send(Call.json("POST", path, write(body)));
    }

    private static Call upload(String path, Path file) {
        return Call.bytes(path, () -> {
                    try {
                        return HttpRequest.BodyPublishers.ofFile(file);
                    } catch (FileNotFoundException e) {
                        throw new UncheckedIOException("Cannot read " + file, e);
                    }
                })
                .once();
    }

    /** The id of what the call creates, or has created although its answer was lost: then it is in the list. */
    private String create(Call call, String list, Predicate<JsonNode> isIt) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return parse(sendOrLose(call)).path("id").asText();
            } catch (AnswerLostException e) {
                for (JsonNode each : send(Call.get(list))) {
                    if (isIt.test(each)) {
                        return each.path("id").asText();
                    }
                }
                if (attempt == MOST_ATTEMPTS) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static boolean isOf(JsonNode model, @Nullable Object dataSetId) {
        return model.path("datasetId").asText().equals(dataSetId);
    }

    private static String sha256(Path file) {
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
            return Sha256.ofBytes(digest.digest()).hex();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private JsonNode send(Call call) throws InterruptedException {
        byte[] body = sendForBytes(call);
        return body.length == 0 ? json.nullNode() : parse(body);
    }

    private byte[] sendForBytes(Call call) throws InterruptedException {
        try {
            return sendOrLose(call);
        } catch (AnswerLostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] sendOrLose(Call call) throws InterruptedException, AnswerLostException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean sessionRenewed = false;
        while (true) {
            String why;
            try {
                HttpResponse<byte[]> response = exchange(call);
                if (response.statusCode() < 300) {
                    return response.body();
                }
                if (response.statusCode() == 401 && !sessionRenewed) {
                    session = null;
                    sessionRenewed = true;
                    continue;
                }
                ProblemException problem =
                        new ProblemException(call.toString(), response.statusCode(), parse(response.body()));
                if (response.statusCode() != 503) {
                    throw problem;
                }
                why = problem.detail();
            } catch (IOException e) {
                if (call.isOnce() && session != null && !(e instanceof ConnectException)) {
                    throw new AnswerLostException(call, e);
                }
                why = String.valueOf(e.getMessage());
            }
            if (System.nanoTime() > deadline) {
                throw new UncheckedIOException(new IOException("The controller at %s did not answer %s within %d s (%s)"
                        .formatted(base, call, PATIENCE.toSeconds(), why)));
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private HttpResponse<byte[]> exchange(Call call) throws IOException, InterruptedException {
        if (session == null) {
            session = login();
        }
        return http.send(
                request(call).header("Authorization", "Bearer " + session).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private String login() throws IOException, InterruptedException {
        Call call = Call.json("POST", "/login", write(Map.of("username", "admin", "password", password)));
        HttpResponse<byte[]> response = http.send(request(call).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() == 503) {
            throw new IOException("not ready");
        }
        if (response.statusCode() != 200) {
            throw new ProblemException(call.toString(), response.statusCode(), parse(response.body()));
        }
        return parse(response.body()).path("token").asText();
    }

    private HttpRequest.Builder request(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/api/v1" + call.path()))
                .timeout(CALL_LIMIT)
                .method(call.method(), call.body().get());
        return call.contentType().isEmpty() ? request : request.header("Content-Type", call.contentType());
    }

    private JsonNode parse(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException notJson) {
            return json.createObjectNode().put("title", new String(body, StandardCharsets.UTF_8));
        }
    }

    private <T> T read(JsonNode node, Class<T> type) {
        try {
            return json.treeToValue(node, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("The controller's answer is not a " + type.getSimpleName() + ": " + node, e);
        }
    }

    private <T> List<T> list(JsonNode array, Class<T> type) {
        List<T> all = new java.util.ArrayList<>();
        array.forEach(node -> all.add(read(node, type)));
        return all;
    }

    private String write(Object body) {
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .sorted()
                .collect(Collectors.joining("&", "?", ""));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
