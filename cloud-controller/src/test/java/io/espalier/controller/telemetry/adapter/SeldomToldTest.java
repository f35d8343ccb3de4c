package io.espalier.controller.telemetry.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeldomToldTest {
    private static final Instant NOW = Instant.parse("2026-11-27T09:00:00Z");

    private final SeldomTold told = new SeldomTold();

    @Test
    void isDueOncePerDeviceAndInterval() {
        DeviceId device = new DeviceId("cam");

        assertThat(told.isDue(device, NOW)).isTrue();
        assertThat(told.isDue(device, NOW.plusSeconds(1))).isFalse();
        assertThat(told.isDue(new DeviceId("other"), NOW)).isTrue();
        assertThat(told.isDue(device, NOW.plus(Duration.ofMinutes(10)))).isTrue();
    }
}
