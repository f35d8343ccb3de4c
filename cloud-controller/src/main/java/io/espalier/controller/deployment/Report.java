package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a device says of itself; of two reports the one with the larger (epoch, sequence) is true. */
public record Report(
        DeviceId device,
        long epoch,
        long sequence,
        Instant at,
        String agentVersion,
        long desiredVersion,
        Phase phase,
        @Nullable Sha256 activeArtifact,
        @Nullable Sha256 activeVariant,
        @Nullable TrialOf trial,
        double progress,
        String detail,
        @Nullable AgentProgram program) {

    /** What the agent is doing. */
    public enum Phase {
        IDLE,
        MEASURING,
        FETCHING,
        TRYING,
        SERVING
    }

    /** The latest trial and the deployment it was of. */
    public record TrialOf(String deploymentId, Trial trial) {}

    /** Whether this report is later than the one that was stored last. */
    public boolean laterThan(long storedEpoch, long storedSequence) {
        int byEpoch = Long.compareUnsigned(epoch, storedEpoch);
        return byEpoch > 0 || byEpoch == 0 && Long.compareUnsigned(sequence, storedSequence) > 0;
    }

    /** Where this report takes a deployment that the device is working on. */
    public DeploymentState moves(DeploymentState state) {
        if (state instanceof DeploymentState.Assigned assigned) {
            return phase == Phase.FETCHING ? assigned.fetching() : phase == Phase.TRYING ? assigned.trying() : state;
        }
        if (state instanceof DeploymentState.Fetching fetching && phase == Phase.TRYING) {
            return fetching.trying();
        }
        return state;
    }
}
