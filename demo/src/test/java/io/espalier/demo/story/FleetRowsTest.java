package io.espalier.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.demo.api.Device;
import io.espalier.terminal.LiveRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetRowsTest {
    private static final String DECIDED_BEFORE = "Prunes a variant for p95 at most 76.0 µs, attempt 1 of 3.";

    @Test
    void aDeviceWhoseJobIsOverWaitsForNoWorker() {
        LiveRow row = pruning(null);

        assertThat(row.status()).isEqualTo("waits for its variant");
        assertThat(row.detail()).isEmpty();
    }

    @Test
    void tellsTheStageOfAJobAndTheTimeLeftWhileThereIsSome() {
        assertThat(pruning(new Device.DeviceJob("fine-tune", 1.0, 4.0, 9.2))).satisfies(row -> {
            assertThat(row.status()).isEqualTo("prunes: fine-tunes");
            assertThat(row.detail()).isEqualTo("about 10 s left");
        });
        assertThat(pruning(new Device.DeviceJob("fine-tune", 4.0, 4.0, 0.0)).detail())
                .isEmpty();
    }

    @Test
    void aDeviceWithoutABudgetTriesTheUnprunedModel() {
        assertThat(delivering(null)).isEqualTo("fetches and tries the unpruned model");
        assertThat(delivering(new Device.Budget(75.8))).isEqualTo("fetches and tries its variant");
    }

    @Test
    void whatWasDecidedBeforeTheBudgetWasSetIsNoNews() {
        Device device = serving("No budget is set, so it runs the unpruned model.");
        LiveRow before = FleetRows.row(device, 500, null);
        LiveRow just = FleetRows.row(device, 500, device.decided());
        LiveRow later = FleetRows.row(serving("The unpruned model meets the budget."), 500, device.decided());

        assertThat(before.detail()).startsWith("No budget is set");
        assertThat(just.status()).isEqualTo("waits for its plan");
        assertThat(just.detail()).isEmpty();
        assertThat(later.detail()).isEqualTo("The unpruned model meets the budget.");
    }

    private static Device serving(String detail) {
        return new Device("camera-4x", "serving", detail, true, "m1", null, null, null, null, null, null);
    }

    private static String delivering(Device.@Nullable Budget budget) {
        return FleetRows.row(
                        new Device("camera-4x", "delivering", "", true, "m1", budget, null, null, null, null, null),
                        500,
                        null)
                .status();
    }

    private static LiveRow pruning(Device.@Nullable DeviceJob job) {
        return FleetRows.row(
                new Device("camera-4x", "pruning", DECIDED_BEFORE, true, "m1", null, null, null, null, null, job),
                500,
                null);
    }
}
