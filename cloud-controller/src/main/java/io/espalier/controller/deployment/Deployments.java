package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was deployed and how it went. */
public interface Deployments {
    /** Most lists are this long at most: the newest. */
    int MOST = 200;

    /** Of one device, oldest first; of all models where none is named. */
    List<Deployment> of(DeviceId device, @Nullable String modelId);

    /** The newest of all devices, newest first. */
    List<Deployment> newest();

    Optional<DeviceStatus> status(DeviceId device);

    Map<DeviceId, DeviceStatus> statusOf(Collection<DeviceId> devices);
}
