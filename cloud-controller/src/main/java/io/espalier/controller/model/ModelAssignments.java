package io.espalier.controller.model;

import io.espalier.controller.device.Device;
import io.espalier.controller.device.GroupName;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Which model devices are to run. The device's own assignment wins over its group's. */
public interface ModelAssignments {
    void assign(DeviceId device, ModelId model, Instant at);

    void assign(GroupName group, ModelId model, Instant at);

    Map<DeviceId, ModelId> ofDevices();

    Map<GroupName, ModelId> ofGroups();

    Optional<ModelId> effective(Device device);
}
