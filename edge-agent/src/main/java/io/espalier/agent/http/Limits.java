package io.espalier.agent.http;

import java.time.Duration;

/**
 * What callers may ask of the server.
 *
 * @param headBytes of a request line and its headers
 * @param bodyBytes of one body
 * @param allBodiesBytes of all bodies that are held at once
 * @param connections served at once; a few more are told so
 * @param request from the first byte of a request to its last
 * @param reply for the caller to take the answer
 * @param idle between two requests of a connection
 */
public record Limits(
        int headBytes,
        int bodyBytes,
        int allBodiesBytes,
        int connections,
        Duration request,
        Duration reply,
        Duration idle) {
    public static final Limits DEFAULT = new Limits(
            16 << 10, 32 << 20, 64 << 20, 32, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60));

    public Limits {
        if (headBytes < 1 || bodyBytes < 1 || allBodiesBytes < bodyBytes || connections < 1) {
            throw new IllegalArgumentException("Limits must be positive and all bodies have room for one: " + headBytes
                    + " " + bodyBytes + " " + allBodiesBytes + " " + connections);
        }
    }
}
