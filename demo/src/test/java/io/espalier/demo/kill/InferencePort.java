package io.espalier.demo.kill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Talks to one device as an application on it does: Open Inference Protocol v2. */
final class InferencePort {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI base;

    InferencePort(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    boolean ready() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve("/v2/health/ready")).GET())
                        .statusCode()
                == 200;
    }

    /** How many scores the model gives for one blank input of its own shape. */
    int scores() throws IOException, InterruptedException {
        JsonNode input = ok(send(
                        HttpRequest.newBuilder(base.resolve("/v2/models/model")).GET()))
                .path("inputs")
                .path(0);
        ObjectNode request = json.createObjectNode();
        ObjectNode tensor = request.putArray("inputs").addObject();
        tensor.put("name", input.path("name").asText()).put("datatype", "FP32");
        ArrayNode shape = tensor.putArray("shape").add(1);
        long values = 1;
        for (int i = 1; i < input.path("shape").size(); i++) {
            shape.add(input.path("shape").path(i).asLong());
            values *= input.path("shape").path(i).asLong();
        }
        ArrayNode data = tensor.putArray("data");
        for (long i = 0; i < values; i++) {
            data.add(0);
        }
        return ok(send(HttpRequest.newBuilder(base.resolve("/v2/models/model/infer"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(request.toString()))))
                .path("outputs")
                .path(0)
                .path("data")
                .size();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode ok(HttpResponse<String> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body());
    }
}
