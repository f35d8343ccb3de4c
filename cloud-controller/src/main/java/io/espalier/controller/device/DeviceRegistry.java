package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every device that ever enrolled. Retired ones stay known, so that their names are not taken again by accident. */
public interface DeviceRegistry {
    Optional<Device> find(DeviceId id);

    /** In the order of their ids, retired ones included. */
    List<Device> all();

    /** Members of a group that are not retired. */
    List<Device> inGroup(GroupName group);

    /** How many devices that are not retired each group has. */
    Map<GroupName, Integer> groupSizes();

    /** Null leaves labels or group as they are. Empty when there is no such device. */
    Optional<Device> change(DeviceId id, @Nullable Labels labels, @Nullable GroupName group);

    /** The first retirement counts. Empty when there is no such device. */
    Optional<Device> retire(DeviceId id, Instant at);
}
