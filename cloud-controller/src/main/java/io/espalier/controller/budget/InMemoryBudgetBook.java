package io.espalier.controller.budget;

import io.espalier.controller.device.GroupName;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps budgets in memory, for tests. */
public final class InMemoryBudgetBook implements BudgetBook {
    private final Map<DeviceId, Budget> devices = new ConcurrentHashMap<>();
    private final Map<GroupName, Budget> groups = new ConcurrentHashMap<>();
    private final Map<DeviceId, Refusal> refusals = new ConcurrentHashMap<>();

    @Override
    public Map<DeviceId, Budget> ofDevices() {
        return Map.copyOf(devices);
    }

    @Override
    public Map<GroupName, Budget> ofGroups() {
        return Map.copyOf(groups);
    }

    @Override
    public Map<DeviceId, Refusal> refusals() {
        return Map.copyOf(refusals);
    }

    @Override
    public Optional<Budget> find(DeviceId device) {
        return Optional.ofNullable(devices.get(device));
    }

    @Override
    public Optional<Budget> find(GroupName group) {
        return Optional.ofNullable(groups.get(group));
    }

    @Override
    public void put(DeviceId device, Budget budget, Instant at) {
        devices.put(device, budget);
    }

    @Override
    public void put(GroupName group, Budget budget, Instant at) {
        groups.put(group, budget);
    }

    @Override
    public boolean remove(DeviceId device) {
        return devices.remove(device) != null;
    }

    @Override
    public boolean remove(GroupName group) {
        return groups.remove(group) != null;
    }

    @Override
    public Optional<Refusal> refusal(DeviceId device) {
        return Optional.ofNullable(refusals.get(device));
    }

    @Override
    public void remember(DeviceId device, Refusal refusal) {
        refusals.put(device, refusal);
    }

    @Override
    public void forgetRefusal(DeviceId device) {
        refusals.remove(device);
    }
}
