package io.espalier.controller.planning;

import io.espalier.controller.profile.DeviceProfile;
import io.espalier.pruning.latency.Timing;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps classes in memory, for tests. */
public final class InMemoryDeviceClasses implements DeviceClasses {
    private final Map<String, Map<DeviceClass, List<Timing>>> begun = new HashMap<>();
    private long classes;

    @Override
    public synchronized DeviceClass classOf(DeviceProfile base) {
        List<Timing> timings = DeviceClass.timings(base);
        Map<DeviceClass, List<Timing>> first =
                begun.computeIfAbsent(DeviceClass.kind(base), kind -> new LinkedHashMap<>());
        return DeviceClass.nearest(timings, first).orElseGet(() -> {
            DeviceClass begins = new DeviceClass(++classes);
            first.put(begins, timings);
            return begins;
        });
    }
}
