package io.espalier.agent.telemetry;

import java.util.List;

/** Takes messages off the device. */
public interface TelemetrySink extends AutoCloseable {

    /**
     * Sends in order and waits, for a bounded time, until the far side has them for good.
     *
     * @param acknowledged how many of the first messages are safe; the rest must be sent again
     * @param problem why not all are; empty where all are
     */
    record Delivery(int acknowledged, String problem) {}

    Delivery deliver(List<SpoolRecord> records) throws InterruptedException;

    /** Names the far side and its address, for a log line. */
    String destination();

    @Override
    void close();
}
