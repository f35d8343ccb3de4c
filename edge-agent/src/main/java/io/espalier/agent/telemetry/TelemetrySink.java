package io.espalier.agent.telemetry;

import java.util.List;

/** Takes messages off the device. */
public interface TelemetrySink extends AutoCloseable {

    /**
     * What became of messages that were sent in order.
     *
     * @param acknowledged how many of the first are safe; the rest must be sent again
     * @param problem what went wrong; empty where nothing did, and then at least one message is safe
     */
    record Delivery(int acknowledged, String problem) {}

    /** Sends the first of them, all or as many as go at once, and waits, for a bounded time, until the far side has them for good. */
    Delivery deliver(List<SpoolRecord> records) throws InterruptedException;

    /** Names the far side and its address, for a log line. */
    String destination();

    @Override
    void close();
}
