package io.espalier.controller.upgrade;

import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.List;

/**
 * One program for some devices, a batch at a time.
 *
 * @param batchSize devices that are told at once; the next are told when all of these run the program
 * @param reason why it stopped; empty otherwise
 * @param steps in the order of the devices
 */
public record UpgradeOrder(
        String id,
        Sha256 program,
        int batchSize,
        OrderState state,
        String reason,
        Instant createdAt,
        Instant changedAt,
        List<UpgradeStep> steps) {
    public UpgradeOrder {
        if (batchSize < 1) {
            throw new IllegalArgumentException("An order takes a batch of one device or more, got " + batchSize);
        }
        steps = List.copyOf(steps);
    }
}
