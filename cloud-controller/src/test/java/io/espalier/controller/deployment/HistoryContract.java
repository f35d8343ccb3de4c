package io.espalier.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every implementation of {@link History} must do. */
public abstract class HistoryContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private DeviceId device;

    protected abstract History history();

    /** One that has no history yet. */
    protected abstract DeviceId enrolled();

    @BeforeEach
    void enrol() {
        device = enrolled();
    }

    @Test
    void newestFirstWheneverTheyCame() {
        heard(1, event(NOON, "a"));
        heard(2, event(NOON.plusSeconds(60), "b"));
        heard(3, event(NOON.minusSeconds(60), "c")); // Kept on the device while there was no line.
        heard(4, event(NOON.plusSeconds(60), "d"));

        assertThat(texts()).containsExactly("d", "b", "a", "c");
    }

    @Test
    void theSameEventIsAddedOnce() {
        DeviceEvent event = new DeviceEvent(NOON, "trial", "passed", Map.of("p95", "120 µs"));
        heard(1, event);
        heard(1, event);
        history().heard(device, 2, 1, event(NOON.minusSeconds(1), "of a new epoch"));

        assertThat(history().of(device)).containsExactly(event, event(NOON.minusSeconds(1), "of a new epoch"));
    }

    @Test
    void theControllersOwnLinesStandAmongThem() {
        heard(1, event(NOON, "heard"));
        history().tell(device, "plan", "told");
        history().tell(device, "plan", "told");

        assertThat(texts()).as("now is later").containsExactly("told", "told", "heard");
        assertThat(history().of(device).get(0).attributes()).isEmpty();
    }

    @Test
    void eachDeviceHasItsOwn() {
        DeviceId other = enrolled();
        heard(1, event(NOON, "mine"));
        history().heard(other, 1, 1, event(NOON, "its"));

        assertThat(texts()).containsExactly("mine");
        assertThat(history().of(other)).extracting(DeviceEvent::text).containsExactly("its");
    }

    @Test
    void noMoreThanTheNewestAreTold() {
        for (int i = 0; i <= Deployments.MOST; i++) {
            heard(i, event(NOON.plusSeconds(i), Integer.toString(i)));
        }

        assertThat(texts())
                .hasSize(Deployments.MOST)
                .startsWith(Integer.toString(Deployments.MOST))
                .endsWith("1");
    }

    private void heard(long sequence, DeviceEvent event) {
        history().heard(device, 1, sequence, event);
    }

    private List<String> texts() {
        return history().of(device).stream().map(DeviceEvent::text).toList();
    }

    private static DeviceEvent event(Instant at, String text) {
        return new DeviceEvent(at, "trial", text, Map.of());
    }
}
