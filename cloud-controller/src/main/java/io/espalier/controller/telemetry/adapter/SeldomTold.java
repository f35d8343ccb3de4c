package io.espalier.controller.telemetry.adapter;

import io.espalier.proto.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which devices something was said about lately, so that nobody fills the log with others' names or his own. */
final class SeldomTold {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int MOST_DEVICES = 1_000;

    private final Map<DeviceId, Instant> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceId, Instant> eldest) {
            return size() > MOST_DEVICES;
        }
    };

    /** Whether it is time to say it; from then on it was said. */
    boolean isDue(DeviceId device, Instant now) {
        Instant last = told.get(device);
        if (last != null && now.isBefore(last.plus(INTERVAL))) {
            return false;
        }
        told.put(device, now);
        return true;
    }
}
