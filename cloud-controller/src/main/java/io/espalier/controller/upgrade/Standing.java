package io.espalier.controller.upgrade;

import io.espalier.controller.deployment.AgentProgram;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a device while an order is carried on.
 *
 * @param enrolledAt when the machine that has the device's name now got it
 * @param program null where the agent does not upgrade itself, or was not heard yet
 */
public record Standing(
        boolean retired,
        boolean online,
        Instant enrolledAt,
        @Nullable AgentProgram program) {
    /** Of a device that nobody knows any more. */
    static final Standing GONE = new Standing(true, false, Instant.EPOCH, null);
}
