package io.espalier.controller.fleet.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.fleet.DeviceView;
import io.espalier.controller.fleet.Fleet;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Counts devices by state for Prometheus; never a series for a single device. */
@Singleton
final class FleetMetrics {
    private static final Logger LOG = Logger.getLogger(FleetMetrics.class);
    private static final long PERIOD_SECONDS = 15;

    private final Fleet fleet;
    private final Map<DeviceState, AtomicLong> counts = new EnumMap<>(DeviceState.class);
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "fleet-metrics");
        thread.setDaemon(true);
        return thread;
    });

    FleetMetrics(Fleet fleet, MeterRegistry meters) {
        this.fleet = fleet;
        for (DeviceState state : DeviceState.values()) {
            AtomicLong count = new AtomicLong();
            counts.put(state, count);
            meters.gauge("espalier.devices", Tags.of("state", state.wireName()), count);
        }
    }

    void start(@Observes DatabaseReady event) {
        ticker.scheduleWithFixedDelay(this::count, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        ticker.shutdownNow();
    }

    private void count() {
        try {
            Map<DeviceState, Long> now = new EnumMap<>(DeviceState.class);
            List<DeviceView> active = fleet.list(Fleet.Filter.NONE);
            active.forEach(device -> now.merge(device.state(), 1L, Long::sum));
            counts.forEach((state, count) -> {
                if (state != DeviceState.RETIRED) {
                    count.set(now.getOrDefault(state, 0L));
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("Devices could not be counted this time", e);
        }
    }
}
