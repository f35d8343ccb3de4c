package io.espalier.controller.mqtt.adapter;

import io.espalier.controller.mqtt.MqttMessage;

/** Where the messages of a session go. */
@FunctionalInterface
interface Arrivals {
    /** Blocks where there is no room; {@code acknowledge} is done once the message was handled. */
    void put(MqttMessage message, Runnable acknowledge) throws InterruptedException;
}
