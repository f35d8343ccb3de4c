package io.espalier.controller.fleet.adapter;

import io.espalier.controller.fleet.Fleet;
import io.espalier.controller.live.Change;
import io.espalier.controller.live.LiveView;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Devices for the live stream. */
@Singleton
final class DeviceLiveView implements LiveView {
    private final Fleet fleet;

    DeviceLiveView(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public Change.Stream stream() {
        return Change.Stream.DEVICE;
    }

    @Override
    public @Nullable Object render(String id) {
        return fleet.find(new DeviceId(id)).orElse(null);
    }
}
