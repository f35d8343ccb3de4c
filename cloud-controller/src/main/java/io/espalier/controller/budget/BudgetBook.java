package io.espalier.controller.budget;

import io.espalier.controller.device.GroupName;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Budgets and refusals at rest. */
public interface BudgetBook {
    Map<DeviceId, Budget> ofDevices();

    Map<GroupName, Budget> ofGroups();

    Map<DeviceId, Refusal> refusals();

    Optional<Budget> find(DeviceId device);

    Optional<Budget> find(GroupName group);

    void put(DeviceId device, Budget budget, Instant at);

    void put(GroupName group, Budget budget, Instant at);

    /** False when there was none. */
    boolean remove(DeviceId device);

    /** False when there was none. */
    boolean remove(GroupName group);

    Optional<Refusal> refusal(DeviceId device);

    void remember(DeviceId device, Refusal refusal);

    void forgetRefusal(DeviceId device);
}
