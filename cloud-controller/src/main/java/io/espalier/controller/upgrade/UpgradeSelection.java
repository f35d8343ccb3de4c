package io.espalier.controller.upgrade;

import io.espalier.controller.deployment.AgentProgram;
import io.espalier.controller.deployment.DeviceStatus;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says of a device whether an order can do anything for it, before the order begins. */
public final class UpgradeSelection {
    private UpgradeSelection() {}

    /**
     * A device that an order was asked for.
     *
     * @param arch its processor, as Java names it; null where it was not measured yet, then the agent itself looks at it
     * @param busy whether another order is carried on for it
     */
    public record Candidate(
            DeviceId device,
            @Nullable DeviceStatus status,
            @Nullable String arch,
            boolean busy) {}

    /** The device's first step: waiting, or left out with the reason. */
    public static UpgradeStep first(Program program, Candidate candidate, Instant now) {
        String obstacle = obstacle(program, candidate);
        DeviceStatus status = candidate.status();
        return new UpgradeStep(
                candidate.device(),
                obstacle.isEmpty() ? StepState.WAITING : StepState.LEFT_OUT,
                obstacle,
                status == null ? null : status.agentVersion(),
                now);
    }

    private static String obstacle(Program program, Candidate candidate) {
        DeviceStatus status = candidate.status();
        if (candidate.busy()) {
            return "another order is carried on for it";
        }
        if (status == null || status.agentVersion() == null) {
            return "it has not reported yet";
        }
        AgentProgram has = status.program();
        if (has == null) {
            return "its agent does not upgrade itself: run its package's service, or its launcher under a supervisor with"
                    + " STATE_DIRECTORY set";
        }
        if (program.digest().equals(has.running())) {
            return "it runs this program already";
        }
        if (program.digest().equals(has.refused())) {
            return "it refused this program before: " + has.why();
        }
        String arch = candidate.arch();
        return arch == null || arch.equals(program.arch())
                ? ""
                : "the program is for " + program.arch() + ", the device is " + arch;
    }
}
