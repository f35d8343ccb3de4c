package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import java.time.Clock;
import java.util.UUID;

class InMemoryHistoryTest extends HistoryContract {
    private final History history = new InMemoryHistory(Clock.systemUTC());

    @Override
    protected History history() {
        return history;
    }

    @Override
    protected DeviceId enrolled() {
        return new DeviceId("device-" + UUID.randomUUID());
    }
}
