package io.espalier.controller.mqtt;

/** One connection from its start to its end. */
public interface MqttStream extends AutoCloseable {

    /** Publishes at most once (QoS 0): it may be lost, and nobody is told. Does not block. */
    void publish(String topic, byte[] payload);

    /** Ends it, from any thread; does not block. */
    void end(String why);

    /** Returns why it ended. */
    String awaitEnd() throws InterruptedException;

    @Override
    void close();
}
