package io.espalier.agent.trial;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.inference.LoadedModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.slot.StoredModel;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Samples;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a staged model tried out where it does no harm, loads it beside the serving one, checks its golden outputs, times it, and decides. */
public final class Trial {
    /** Of the input that is timed where there is no golden sample. */
    static final long INPUT_SEED = 7;

    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);

    private final OrtRuntime runtime;
    private final LatencyTrial latency;
    private final Preflight preflight;
    private final GoldenCheck golden;

    public Trial(OrtRuntime runtime, HostTurns turns, Preflight preflight, double goldenTolerance, Pause pause) {
        this.runtime = runtime;
        this.latency = new LatencyTrial(turns, pause);
        this.preflight = preflight;
        this.golden = new GoldenCheck(goldenTolerance);
    }

    /** What is done between two timings of a model that was too slow at first. */
    @FunctionalInterface
    public interface Pause {
        /** Longer than a neighbour's burst, such as the start of a process, and short beside a delivery. */
        Pause USUAL = () -> Thread.sleep(2_000);

        void between() throws InterruptedException;
    }

    /** The decision, and the loaded model where it was accepted. */
    public record Result(TrialReport report, Optional<ServedModel> accepted) {}

    /** The refusal of a model that a process of its own does not outlive; this process has not loaded it then. */
    public Optional<TrialReport> preflight(ModelAssignment assignment, StoredModel staged) throws InterruptedException {
        Preflight.Outcome outcome = preflight.of(staged);
        if (outcome instanceof Preflight.Deadly deadly) {
            return Optional.of(refused(
                            report(assignment),
                            Outcome.OUTCOME_DOES_NOT_LOAD,
                            "a process that tried it " + deadly.how())
                    .report());
        }
        if (outcome instanceof Preflight.Unknown unknown) {
            LOG.warn("{} is tried here first: a process to try it {}", staged.artifactDigest(), unknown.why());
        }
        return Optional.empty();
    }

    /** To be called once {@link #preflight} has had its say. */
    public Result run(ModelAssignment assignment, StoredModel staged) throws IOException, InterruptedException {
        TrialReport report = report(assignment);
        LoadedModel model;
        try {
            model = runtime.load(staged.modelFile());
        } catch (ModelUnusableException e) {
            return refused(report, Outcome.OUTCOME_DOES_NOT_LOAD, e.reason());
        }
        ServedModel accepted = null;
        try {
            ServedModel candidate = ServedModel.of(
                    model, staged.variant(), staged.artifactDigest().hex());
            Result result = judge(assignment, candidate, staged.goldenSamples(), report);
            accepted = result.accepted().orElse(null);
            return result;
        } catch (InvalidProtocolBufferException e) {
            return refused(report, Outcome.OUTCOME_CORRUPT, "golden.pb is not a list of samples: " + e.getMessage());
        } catch (ModelUnusableException e) {
            return refused(report, Outcome.OUTCOME_DOES_NOT_LOAD, e.reason());
        } finally {
            closeUnless(accepted, model);
        }
    }

    private TrialReport report(ModelAssignment assignment) {
        return TrialReport.newBuilder()
                .setDeploymentId(assignment.getDeploymentId())
                .setArtifactDigest(assignment.getArtifactDigest())
                .setRuntime(runtime.key())
                .build();
    }

    private Result judge(ModelAssignment assignment, ServedModel candidate, Samples samples, TrialReport report)
            throws ModelUnusableException, InterruptedException {
        double leastAccuracy =
                assignment.getUnconditional() ? 0 : assignment.getBudget().getMinAccuracy();
        GoldenCheck.Verdict verdict = golden.judge(candidate, samples, leastAccuracy);
        TrialReport checked = report.toBuilder()
                .setGoldenMaxAbsDifference(verdict.maxAbsDifference())
                .build();
        if (!verdict.complaint().isEmpty()) {
            return refused(checked, Outcome.OUTCOME_WRONG_OUTPUT, verdict.complaint());
        }
        if (samples.getSamplesCount() == 0) {
            candidate.model().fillInputAtRandom(INPUT_SEED);
        }
        TrialReport timed = latency.of(assignment, candidate.model()::runNanos, checked);
        boolean accepted = timed.getOutcome() == Outcome.OUTCOME_ACCEPTED;
        return new Result(timed, accepted ? Optional.of(candidate) : Optional.empty());
    }

    private static Result refused(TrialReport report, Outcome outcome, String detail) {
        return new Result(
                report.toBuilder().setOutcome(outcome).setDetail(detail).build(), Optional.empty());
    }

    private static void closeUnless(@Nullable ServedModel accepted, LoadedModel model) {
        if (accepted == null) {
            model.close();
        }
    }
}
