package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Histories in memory, for tests. */
public final class InMemoryHistory implements History {
    private final Map<DeviceId, List<DeviceEvent>> lines = new HashMap<>();
    private final Set<List<Object>> heard = new HashSet<>();
    private final Clock clock;

    public InMemoryHistory(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized List<DeviceEvent> of(DeviceId device) {
        List<DeviceEvent> of = lines.getOrDefault(device, List.of());
        return List.copyOf(of.subList(0, Math.min(of.size(), Deployments.MOST)));
    }

    @Override
    public synchronized void tell(DeviceId device, String kind, String text) {
        add(device, new DeviceEvent(clock.instant(), kind, text, Map.of()));
    }

    @Override
    public synchronized void heard(DeviceId device, long epoch, long sequence, DeviceEvent event) {
        if (heard.add(List.of(device, epoch, sequence))) {
            add(device, event);
        }
    }

    /** Before those that are no newer. */
    private void add(DeviceId device, DeviceEvent event) {
        List<DeviceEvent> of = lines.computeIfAbsent(device, any -> new ArrayList<>());
        int newer = (int)
                of.stream().takeWhile(each -> each.at().isAfter(event.at())).count();
        of.add(newer, event);
    }
}
