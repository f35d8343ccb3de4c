package io.espalier.faults.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;

/** What the controller answered, whatever it is. */
public record Answer(String call, int status, HttpHeaders headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The body as JSON; throws where it is none. */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(call + " answered no JSON: " + body, e);
        }
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The last word of the problem's type; empty where the answer is no problem. */
    public String problem() {
        if (!header("Content-Type").startsWith("application/problem+json")) {
            return "";
        }
        String type = json().path("type").asText();
        return type.substring(type.lastIndexOf(':') + 1);
    }

    /** The same; throws where it is another. */
    public Answer require(int expected) {
        if (status != expected) {
            throw new IllegalStateException(this + " instead of " + expected);
        }
        return this;
    }

    /** The same; throws where it is no problem or another one. */
    public Answer requireProblem(int expected, String problem) {
        require(expected);
        if (!problem().equals(problem)) {
            throw new IllegalStateException(this + " instead of the problem " + problem);
        }
        return this;
    }

    @Override
    public String toString() {
        return call + " answered " + status + " " + body;
    }
}
