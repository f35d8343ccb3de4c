package io.espalier.agent.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A connection over which retained messages come once subscribed to. Subscribing never waits for the broker. */
interface RetainedTopics extends AutoCloseable {

    /** A message; it is the broker's to send again until acknowledged. */
    record Arrival(String topic, byte[] payload, Runnable acknowledge) {}

    /** Opens connections. */
    @FunctionalInterface
    interface Opener {
        RetainedTopics open() throws IOException;
    }

    void subscribe(String topic);

    void unsubscribe(String topic);

    /** The next message, if one comes in time. */
    Optional<Arrival> poll(Duration wait) throws InterruptedException;

    boolean isConnected();

    @Override
    void close();
}
