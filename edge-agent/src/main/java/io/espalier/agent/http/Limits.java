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
    private static final int MOST_BODY_BYTES = 32 << 20;
    private static final int BODIES_TO_A_HEAP = 10;
    private static final int ALL_BODIES_TO_A_HEAP = 8;

    public Limits {
        if (headBytes < 1 || bodyBytes < 1 || allBodiesBytes < bodyBytes || connections < 1) {
            throw new IllegalArgumentException("Limits must be positive and all bodies have room for one: " + headBytes
                    + " " + bodyBytes + " " + allBodiesBytes + " " + connections);
        }
    }

    /**
     * The usual limits for a heap that may become so large. Numbers in JSON take two bytes or more each, four in memory, and
     * up to twelve while their array grows: seven times the body, with the body itself.
     */
    public static Limits forHeap(long heapBytes) {
        return new Limits(
                16 << 10,
                (int) Math.min(MOST_BODY_BYTES, heapBytes / BODIES_TO_A_HEAP),
                (int) Math.min(2L * MOST_BODY_BYTES, heapBytes / ALL_BODIES_TO_A_HEAP),
                32,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60));
    }
}
