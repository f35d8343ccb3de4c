package io.espalier.agent.shadow;

import io.espalier.proto.Topics.DeviceChannel;

/** Publishes on this device's own topics, or does nothing while there is no connection. */
@FunctionalInterface
public interface StatePublisher {
    void publish(DeviceChannel channel, byte[] payload, boolean retained);
}
