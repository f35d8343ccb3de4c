package io.espalier.controller.fleet;

import io.espalier.proto.DeviceId;
import java.util.Collection;
import java.util.Map;

/** Read side of delivery and telemetry. A device that is missing in the answer has no facts. */
public interface DeviceFacts {
    Map<DeviceId, Facts> of(Collection<DeviceId> devices);
}
