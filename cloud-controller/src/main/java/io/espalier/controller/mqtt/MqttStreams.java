package io.espalier.controller.mqtt;

import java.io.IOException;

/** Connections to the broker beside the one of {@link MqttLink}, for streams of messages that must not hold it up. */
public interface MqttStreams {

    /**
     * Connects and subscribes. The broker keeps nothing of the stream once it has ended: what was not acknowledged by then, and
     * what waited, is gone.
     *
     * @param name completes the client id
     * @throws IOException with the address, where the broker cannot be reached or forbids it
     */
    MqttStream open(String name, String filter, Bounds bounds, Receiver receiver) throws IOException;

    /**
     * What the broker may hand over.
     *
     * @param messages at once, before one of them is acknowledged
     * @param bytes a message; longer ones it throws away
     */
    record Bounds(int messages, int bytes) {}

    /** Takes messages as they come, on one thread, and acknowledges each some time, on any. */
    @FunctionalInterface
    interface Receiver {
        void take(MqttMessage message, Runnable acknowledge);
    }
}
