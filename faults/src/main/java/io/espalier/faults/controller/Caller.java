package io.espalier.faults.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Calls the controller over HTTP and takes every answer as it is.
 *
 * @param headers of each call, the session's cookie among them
 */
public record Caller(HttpClient http, URI base, Map<String, String> headers) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    public Caller {
        headers = Map.copyOf(headers);
    }

    /** The same with one header more, or another value of it. */
    public Caller with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Caller(http, base, more);
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    public Answer post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return json("POST", path, body);
    }

    public Answer json(String method, String path, Map<String, ?> body) throws IOException, InterruptedException {
        return with("Content-Type", "application/json").send(method, path, text(body));
    }

    public Answer upload(String path, byte[] bytes) throws IOException, InterruptedException {
        return with("Content-Type", "application/octet-stream")
                .send("POST", path, HttpRequest.BodyPublishers.ofByteArray(bytes));
    }

    public Answer send(String method, String path, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).method(method, body);
        headers.forEach(request::header);
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(method + " " + path, answer.statusCode(), answer.headers(), answer.body());
    }

    private static HttpRequest.BodyPublisher text(Map<String, ?> body) {
        try {
            return HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Names no session. */
    @Override
    public String toString() {
        return "Caller[" + base + "]";
    }
}
