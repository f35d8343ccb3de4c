package io.espalier.agent.shadow;

import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.DiskFull;
import io.espalier.agent.delivery.FetchResult;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.trial.Trial;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an assigned model from the wire to the active slot, or says why not. Until the switch the old model serves. */
public final class Deploying {
    private static final Logger LOG = LoggerFactory.getLogger(Deploying.class);
    private static final int ATTEMPTS_BEFORE_SAYING_SO = 3;

    private final Slots slots;
    private final Trial trial;
    private final TrialAttempts attempts;
    private final ActiveModel active;
    private final TelemetryRecorder telemetry;
    private String decidedDeployment;
    private String unreachableDeployment = "";
    private int unreachableAttempts;

    /** {@code decidedDeployment} is the one whose trial is already on record; empty for none. */
    public Deploying(
            Slots slots,
            Trial trial,
            TrialAttempts attempts,
            ActiveModel active,
            TelemetryRecorder telemetry,
            String decidedDeployment) {
        this.slots = slots;
        this.trial = trial;
        this.attempts = attempts;
        this.active = active;
        this.telemetry = telemetry;
        this.decidedDeployment = decidedDeployment;
    }

    boolean isDecided(ModelAssignment assignment) {
        return assignment.getDeploymentId().equals(decidedDeployment);
    }

    /** Answers what stood in the way and may pass; empty when the deployment is decided or no longer wished for. */
    String deploy(ModelAssignment assignment, ArtifactFetcher fetcher, Wish wish, Reporter reporter)
            throws IOException, InterruptedException {
        Sha256 digest = new Sha256(assignment.getArtifactDigest());
        Optional<StoredModel> stored = slots.candidates().stream()
                .filter(model -> model.artifactDigest().equals(digest))
                .findFirst();
        if (stored.isPresent()) {
            return tryAndDecide(assignment, stored.get(), wish, reporter);
        }
        reporter.enter(AgentPhase.AGENT_PHASE_FETCHING, "model " + digest);
        FetchResult result = fetcher.fetch(digest, () -> wish.names(digest.hex()), reporter::progress);
        if (result instanceof FetchResult.Fetched fetched) {
            return stageAndTry(assignment, fetched.artifact(), wish, reporter);
        } else if (result instanceof FetchResult.Corrupt corrupt) {
            return decide(failed(assignment, Outcome.OUTCOME_CORRUPT, corrupt.why()), reporter);
        } else if (result instanceof FetchResult.NoSpace noSpace) {
            return postpone(failed(assignment, Outcome.OUTCOME_NO_SPACE, noSpace.why()), reporter);
        } else if (result instanceof FetchResult.Unreachable unreachable) {
            if (unreachableAttempts(assignment) == ATTEMPTS_BEFORE_SAYING_SO) {
                reporter.trial(failed(assignment, Outcome.OUTCOME_UNREACHABLE, unreachable.why()));
            }
            return unreachable.why();
        }
        return "";
    }

    private int unreachableAttempts(ModelAssignment assignment) {
        if (!assignment.getDeploymentId().equals(unreachableDeployment)) {
            unreachableDeployment = assignment.getDeploymentId();
            unreachableAttempts = 0;
        }
        return ++unreachableAttempts;
    }

    private String stageAndTry(ModelAssignment assignment, FetchedArtifact artifact, Wish wish, Reporter reporter)
            throws IOException {
        telemetry.event(
                Event.Kind.KIND_FETCHED,
                "fetched " + artifact.digest(),
                Map.of("artifact", artifact.digest().hex(), "deployment", assignment.getDeploymentId()));
        String mismatch = mismatch(assignment, artifact);
        if (!mismatch.isEmpty()) {
            return decide(failed(assignment, Outcome.OUTCOME_CORRUPT, mismatch), reporter);
        }
        StoredModel staged;
        try {
            staged = slots.stage(artifact);
        } catch (CorruptArtifactException e) {
            return decide(failed(assignment, Outcome.OUTCOME_CORRUPT, e.reason()), reporter);
        } catch (IOException e) {
            if (DiskFull.is(e)) {
                return postpone(failed(assignment, Outcome.OUTCOME_NO_SPACE, "the disk is full: " + e), reporter);
            }
            throw e;
        }
        return tryAndDecide(assignment, staged, wish, reporter);
    }

    private static String mismatch(ModelAssignment assignment, FetchedArtifact artifact) {
        String variant = artifact.manifest().getVariant().getVariantDigest();
        if (artifact.manifest().getKind() != ArtifactKind.ARTIFACT_KIND_VARIANT) {
            return "artifact " + artifact.digest() + " is not a model";
        }
        return variant.equals(assignment.getVariantDigest())
                        || assignment.getVariantDigest().isEmpty()
                ? ""
                : "artifact " + artifact.digest() + " holds variant " + variant + ", assigned is "
                        + assignment.getVariantDigest();
    }

    private String tryAndDecide(ModelAssignment assignment, StoredModel staged, Wish wish, Reporter reporter)
            throws IOException {
        Trial.Result result = tryOnRecord(assignment, staged, reporter);
        if (result.accepted().isEmpty()) {
            attempts.end();
            return decide(result.report(), reporter);
        }
        ServedModel accepted = result.accepted().get();
        try {
            attempts.end();
            if (!wish.asksFor(assignment)) {
                accepted.close();
                return "";
            }
            slots.switchTo(staged, result.report());
        } catch (IOException | RuntimeException e) {
            accepted.close();
            throw e;
        }
        telemetry.roll();
        active.replaceBy(accepted);
        decidedDeployment = assignment.getDeploymentId();
        telemetry.event(Event.Kind.KIND_SWITCHED, "serves " + staged.artifactDigest(), attributes(result.report()));
        LOG.info(
                "serves {} (p95 {} us)",
                staged.artifactDigest(),
                result.report().getP95Micros());
        reporter.trial(result.report());
        reporter.serves(accepted);
        return "";
    }

    /** The attempt stays on record when the process ends in it, or is about to end because of an Error. */
    private Trial.Result tryOnRecord(ModelAssignment assignment, StoredModel staged, Reporter reporter)
            throws IOException {
        attempts.begin(assignment);
        reporter.enter(AgentPhase.AGENT_PHASE_TRYING, "model " + staged.artifactDigest());
        try {
            return trial.run(assignment, staged);
        } catch (IOException | RuntimeException e) {
            attempts.end();
            throw e;
        }
    }

    /** A refusal is on disk before it is reported: after a restart the deployment is not tried again. */
    private String decide(TrialReport refusal, Reporter reporter) throws IOException {
        slots.refuse(refusal);
        decidedDeployment = refusal.getDeploymentId();
        LOG.warn("refused {}: {}", refusal.getArtifactDigest(), refusal.getDetail());
        telemetry.event(Event.Kind.KIND_REFUSED, refusal.getDetail(), attributes(refusal));
        reporter.trial(refusal);
        return "";
    }

    private static String postpone(TrialReport refusal, Reporter reporter) {
        reporter.trial(refusal);
        return refusal.getDetail();
    }

    private static TrialReport failed(ModelAssignment assignment, Outcome outcome, String why) {
        return TrialReport.newBuilder()
                .setDeploymentId(assignment.getDeploymentId())
                .setArtifactDigest(assignment.getArtifactDigest())
                .setOutcome(outcome)
                .setDetail(why)
                .build();
    }

    private static Map<String, String> attributes(TrialReport report) {
        return Map.of(
                "artifact", report.getArtifactDigest(),
                "deployment", report.getDeploymentId(),
                "outcome", report.getOutcome().name(),
                "p95Micros", Double.toString(report.getP95Micros()));
    }
}
