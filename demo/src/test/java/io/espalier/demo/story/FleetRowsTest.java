package io.espalier.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.demo.api.Device;
import io.espalier.terminal.LiveRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetRowsTest {
    private static final String DECIDED_BEFORE = "Prunes a variant for p95 at most 0.076 ms, attempt 1 of 3.";

    @Test
    void aDeviceWhoseJobIsOverWaitsForNoWorker() {
        LiveRow row = row("pruning", DECIDED_BEFORE, "dense", null);

        assertThat(row.status()).isEqualTo("pruned, waits for delivery");
        assertThat(row.detail()).isEmpty();
    }

    @Test
    void tellsTheStageOfAJobAndTheTimeLeftWhileThereIsSome() {
        assertThat(row("pruning", DECIDED_BEFORE, "dense", new Device.DeviceJob("fine-tune", 1.0, 4.0, 9.2)))
                .satisfies(row -> {
                    assertThat(row.status()).isEqualTo("fine-tune");
                    assertThat(row.detail()).isEqualTo("about 10 s left");
                });
        assertThat(row("pruning", DECIDED_BEFORE, "dense", new Device.DeviceJob("fine-tune", 4.0, 4.0, 0.0))
                        .detail())
                .isEmpty();
    }

    @Test
    void tellsTheFirstModelFromAVariantOfTheDevice() {
        assertThat(row("delivering", "", null, null).status()).isEqualTo("fetches and tries the dense model");
        assertThat(row("delivering", "", "dense", null).status()).isEqualTo("fetches and tries its variant");
    }

    private static LiveRow row(String state, String detail, @Nullable String active, Device.@Nullable DeviceJob job) {
        Device.Active serves = active == null ? null : new Device.Active("abc", active, null, null, null);
        return FleetRows.row(
                new Device("camera-4x", state, detail, true, "m1", null, null, serves, null, null, job), 500);
    }
}
