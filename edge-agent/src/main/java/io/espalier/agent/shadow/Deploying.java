package io.espalier.agent.shadow;

import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchResult;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.state.DiskFull;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.trial.Trial;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.espalier.trust.Rejection;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an assigned model from the wire to the active slot, or says why not. Until the switch the old model serves. */
public final class Deploying {
    private static final Logger LOG = LoggerFactory.getLogger(Deploying.class);
    private static final Set<Outcome> UNFIT = Set.of(Outcome.OUTCOME_DOES_NOT_LOAD, Outcome.OUTCOME_WRONG_OUTPUT);
    private static final int ATTEMPTS_BEFORE_SAYING_SO = 3;

    private final Slots slots;
    private final Trial trial;
    private final TrialAttempts attempts;
    private final DeviceTrust trust;
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
            DeviceTrust trust,
            ActiveModel active,
            TelemetryRecorder telemetry,
            String decidedDeployment) {
        this.slots = slots;
        this.trial = trial;
        this.attempts = attempts;
        this.trust = trust;
        this.active = active;
        this.telemetry = telemetry;
        this.decidedDeployment = decidedDeployment;
    }

    boolean isDecided(ModelAssignment assignment) {
        return assignment.getDeploymentId().equals(decidedDeployment);
    }

    /** Answers what stood in the way and may pass; empty when the deployment is decided or no longer wished for. */
    String deploy(Assignment order, ArtifactFetcher fetcher, Wish wish, Reporter reporter)
            throws IOException, InterruptedException {
        ModelAssignment assignment = order.getDesired().getModel();
        Sha256 digest = new Sha256(assignment.getArtifactDigest());
        Optional<StoredModel> stored = slots.stored(digest);
        if (stored.isPresent() && isStillReleased(stored.get(), order)) {
            return tryAndDecide(assignment, stored.get(), wish, reporter);
        }
        reporter.enter(AgentPhase.AGENT_PHASE_FETCHING, "model " + digest);
        FetchResult result = stored.isPresent()
                ? fetcher.fetchRelease(digest, order.getReleaseVersion(), () -> wish.names(digest.hex()))
                : fetcher.fetch(digest, order.getReleaseVersion(), () -> wish.names(digest.hex()), reporter::progress);
        if (result instanceof FetchResult.Fetched fetched) {
            return stageAndTry(assignment, fetched.artifact(), wish, reporter);
        } else if (result instanceof FetchResult.Released released && stored.isPresent()) {
            return renewAndTry(assignment, stored.get(), released, wish, reporter);
        } else if (result instanceof FetchResult.Untrusted untrusted) {
            return postpone(
                    failed(
                            assignment,
                            Outcome.OUTCOME_UNTRUSTED,
                            untrusted.rejection().toString()),
                    reporter);
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

    /** What is in a slot was good when it was put there; whether it may be switched to is asked anew. */
    private boolean isStillReleased(StoredModel stored, Assignment order) throws IOException {
        return trust.accept(stored.release().toByteArray(), stored.artifactDigest(), order.getReleaseVersion())
                instanceof Verdict.Verified<Release>;
    }

    private String renewAndTry(
            ModelAssignment assignment, StoredModel stored, FetchResult.Released released, Wish wish, Reporter reporter)
            throws IOException, InterruptedException {
        try {
            return tryAndDecide(
                    assignment, slots.renew(stored, released.release().toByteArray()), wish, reporter);
        } catch (CorruptArtifactException e) {
            return e.reason(); // The next attempt finds the slot empty and fetches all of it.
        }
    }

    private int unreachableAttempts(ModelAssignment assignment) {
        if (!assignment.getDeploymentId().equals(unreachableDeployment)) {
            unreachableDeployment = assignment.getDeploymentId();
            unreachableAttempts = 0;
        }
        return ++unreachableAttempts;
    }

    private String stageAndTry(ModelAssignment assignment, FetchedArtifact artifact, Wish wish, Reporter reporter)
            throws IOException, InterruptedException {
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
            throws IOException, InterruptedException {
        Trial.Result result = tryOnRecord(assignment, staged, reporter);
        if (result.accepted().isEmpty()) {
            if (UNFIT.contains(result.report().getOutcome())) {
                slots.discard(staged.artifactDigest()); // Where it passed before, no start is to serve it.
            }
            attempts.end();
            return decide(result.report(), reporter);
        }
        ServedModel accepted = result.accepted().get();
        try {
            attempts.end();
            Optional<Assignment> order = wish.askingFor(assignment);
            if (order.isEmpty()) {
                accepted.close();
                return "";
            }
            Optional<Rejection> obstacle = obstacle(order.get(), staged);
            if (obstacle.isPresent()) {
                accepted.close();
                return postpone(
                        failed(
                                assignment,
                                Outcome.OUTCOME_UNTRUSTED,
                                obstacle.get().toString()),
                        reporter);
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

    /** The last look before the switch: at time and keys, and at the disk that the tried model was read from. */
    private Optional<Rejection> obstacle(Assignment order, StoredModel staged) throws IOException {
        if (trust.stillGood(order) instanceof Verdict.Rejected<Assignment> late) {
            return Optional.of(late.rejection());
        }
        if (trust.accept(staged.release().toByteArray(), staged.artifactDigest(), order.getReleaseVersion())
                instanceof Verdict.Rejected<Release> late) {
            return Optional.of(late.rejection());
        }
        return slots.isUnchanged(staged)
                ? Optional.empty()
                : Optional.of(new Rejection(
                        Rejection.Reason.MIXED, "slot " + staged.slot() + " was changed while its model was tried"));
    }

    /** The attempt stays on record when the process ends in it, or is about to end because of an Error. */
    private Trial.Result tryOnRecord(ModelAssignment assignment, StoredModel staged, Reporter reporter)
            throws IOException, InterruptedException {
        // Not on record: it cannot take this process down, and a power cut in it says nothing about the model.
        Optional<TrialReport> deadly = trial.preflight(assignment, staged);
        if (deadly.isPresent()) {
            return new Trial.Result(deadly.get(), Optional.empty());
        }
        attempts.begin(assignment);
        reporter.enter(AgentPhase.AGENT_PHASE_TRYING, "model " + staged.artifactDigest());
        try {
            return trial.run(assignment, staged);
        } catch (IOException | InterruptedException | RuntimeException e) {
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
