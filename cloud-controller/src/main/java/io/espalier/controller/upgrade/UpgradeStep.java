package io.espalier.controller.upgrade;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One device of an order.
 *
 * @param detail for people; empty where the state says it all
 * @param versionBefore what the device ran when the order was made
 */
public record UpgradeStep(
        DeviceId device,
        StepState state,
        String detail,
        @Nullable String versionBefore,
        Instant changedAt) {
    UpgradeStep to(StepState next, String why, Instant now) {
        return new UpgradeStep(device, next, why, versionBefore, now);
    }
}
