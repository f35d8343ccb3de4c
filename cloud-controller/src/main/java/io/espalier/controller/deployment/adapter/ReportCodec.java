package io.espalier.controller.deployment.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.deployment.AgentProgram;
import io.espalier.controller.deployment.Report;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.ProgramReport;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.RuntimeKey;
import io.espalier.proto.v1.TrialReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads what devices report. */
final class ReportCodec {
    private ReportCodec() {}

    /** Throws {@link IllegalArgumentException} where the report speaks for another device, or of impossible digests or times. */
    static Report decode(DeviceId device, byte[] payload) throws InvalidProtocolBufferException {
        Reported message = Reported.parseFrom(payload);
        if (!message.getDeviceId().equals(device.value())) {
            throw new IllegalArgumentException("it speaks for device \"" + message.getDeviceId() + "\"");
        }
        return new Report(
                device,
                message.getEpoch(),
                message.getSequence(),
                Instant.ofEpochMilli(message.getAtMillis()),
                StorableText.of(message.getAgentVersion()),
                message.getDesiredVersion(),
                phase(message.getPhase()),
                digest(message.getActiveArtifactDigest()),
                digest(message.getActiveVariantDigest()),
                message.hasTrial() ? trial(message.getTrial()) : null,
                Measured.atLeastZero(message.getProgress(), "progress"),
                StorableText.of(message.getDetail()),
                message.hasProgram() ? program(message.getProgram()) : null);
    }

    private static AgentProgram program(ProgramReport program) {
        return new AgentProgram(
                digest(program.getArtifactDigest()),
                digest(program.getRefusedDigest()),
                StorableText.of(program.getRefusedWhy()));
    }

    private static Report.@Nullable TrialOf trial(TrialReport trial) {
        TrialOutcome outcome = outcome(trial.getOutcome());
        if (outcome == null || trial.getDeploymentId().isEmpty()) {
            return null;
        }
        return new Report.TrialOf(
                trial.getDeploymentId(),
                new Trial(
                        outcome,
                        trial.getSamples(),
                        Measured.atLeastZero(trial.getP50Micros(), "trial's p50"),
                        Measured.atLeastZero(trial.getP95Micros(), "trial's p95"),
                        Measured.atLeastZero(trial.getP95LowerMicros(), "trial's lower bound of p95"),
                        Measured.atLeastZero(trial.getP95UpperMicros(), "trial's upper bound of p95"),
                        StorableText.of(trial.getDetail()),
                        trial.hasRuntime() ? runtime(trial.getRuntime()) : null));
    }

    private static String runtime(RuntimeKey key) {
        return StorableText.of(new DeviceProfile.RuntimeKey(
                        key.getRuntime(), key.getRuntimeVersion(), key.getIntraOpThreads(), key.getOptimisationLevel())
                .word());
    }

    private static @Nullable TrialOutcome outcome(TrialReport.Outcome outcome) {
        return switch (outcome) {
            case OUTCOME_ACCEPTED -> TrialOutcome.ACCEPTED;
            case OUTCOME_TOO_SLOW -> TrialOutcome.TOO_SLOW;
            case OUTCOME_WRONG_OUTPUT -> TrialOutcome.WRONG_OUTPUT;
            case OUTCOME_DOES_NOT_LOAD -> TrialOutcome.DOES_NOT_LOAD;
            case OUTCOME_CORRUPT -> TrialOutcome.CORRUPT;
            case OUTCOME_NO_SPACE -> TrialOutcome.NO_SPACE;
            case OUTCOME_UNREACHABLE -> TrialOutcome.UNREACHABLE;
            case OUTCOME_UNTRUSTED -> TrialOutcome.UNTRUSTED;
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private static Report.Phase phase(AgentPhase phase) {
        return switch (phase) {
            case AGENT_PHASE_MEASURING -> Report.Phase.MEASURING;
            case AGENT_PHASE_FETCHING -> Report.Phase.FETCHING;
            case AGENT_PHASE_TRYING -> Report.Phase.TRYING;
            case AGENT_PHASE_SERVING -> Report.Phase.SERVING;
            case AGENT_PHASE_IDLE, AGENT_PHASE_UNSPECIFIED, UNRECOGNIZED -> Report.Phase.IDLE;
        };
    }

    private static @Nullable Sha256 digest(String hex) {
        return hex.isEmpty() ? null : new Sha256(hex);
    }
}
