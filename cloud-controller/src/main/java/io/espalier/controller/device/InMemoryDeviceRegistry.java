package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps devices in memory, for tests. */
public final class InMemoryDeviceRegistry implements DeviceRegistry {
    private final Map<DeviceId, Device> devices = new TreeMap<>(Comparator.comparing(DeviceId::value));

    public synchronized void add(Device device) {
        devices.put(device.id(), device);
    }

    @Override
    public synchronized Optional<Device> find(DeviceId id) {
        return Optional.ofNullable(devices.get(id));
    }

    @Override
    public synchronized List<Device> all() {
        return new ArrayList<>(devices.values());
    }

    @Override
    public List<Device> inGroup(GroupName group) {
        return all().stream()
                .filter(device -> device.group().equals(group) && !device.isRetired())
                .toList();
    }

    @Override
    public Map<GroupName, Integer> groupSizes() {
        return all().stream()
                .filter(device -> !device.isRetired())
                .collect(Collectors.groupingBy(Device::group, Collectors.summingInt(device -> 1)));
    }

    @Override
    public Optional<Device> change(DeviceId id, @Nullable Labels labels, @Nullable GroupName group) {
        return replace(
                id,
                device -> new Device(
                        id,
                        group == null ? device.group() : group,
                        labels == null ? device.labels() : labels,
                        device.agentVersion(),
                        device.enrolledAt(),
                        device.retiredAt()));
    }

    @Override
    public Optional<Device> retire(DeviceId id, Instant at) {
        return replace(
                id,
                device -> new Device(
                        id,
                        device.group(),
                        device.labels(),
                        device.agentVersion(),
                        device.enrolledAt(),
                        device.retiredAt() == null ? at : device.retiredAt()));
    }

    private synchronized Optional<Device> replace(DeviceId id, UnaryOperator<Device> change) {
        return Optional.ofNullable(devices.computeIfPresent(id, (key, device) -> change.apply(device)));
    }
}
