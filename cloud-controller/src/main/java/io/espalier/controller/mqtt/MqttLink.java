package io.espalier.controller.mqtt;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The way to the broker. All messages are QoS 1: they come at least once, so handling them twice must do no harm. */
public interface MqttLink {

    /**
     * Publishes; blocks while too much is in flight. Never call it from a handler of messages.
     *
     * @return done when the broker has it; failed when it refuses it, or the connection was lost or is not there
     */
    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained);

    /**
     * Subscribes now and after each connect. A message is acknowledged when the handler returns; one whose handler
     * throws comes again after the next connect.
     */
    void subscribe(String filter, Consumer<MqttMessage> handler);

    /** Runs the task on a thread of its own after each connect, once the subscriptions stand. */
    void onConnected(String name, Runnable task);

    /** Which of these topics hold a retained message; silence for the given time counts as no. Blocks. */
    Set<String> retainedAmong(Collection<String> topics, Duration silence) throws InterruptedException;
}
