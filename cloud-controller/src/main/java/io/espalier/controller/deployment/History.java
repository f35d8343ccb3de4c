package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import java.util.List;

/** Lines of devices' histories. */
public interface History {
    /** Newest first, at most {@link Deployments#MOST}. */
    List<DeviceEvent> of(DeviceId device);

    /** Adds a line of the controller's own. */
    void tell(DeviceId device, String kind, String text);

    /** Adds what a device told; the same (epoch, sequence) is added once however often it comes. */
    void heard(DeviceId device, long epoch, long sequence, DeviceEvent event);
}
