package io.espalier.controller.planning;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that decides what a device needs next.
 *
 * @param deployments of the assigned model on this device, oldest first
 * @param pinned what an operator chose; of another model where the assignment changed since
 * @param plan the latest one for the present goal
 * @param refusedGoal key of the goal that was refused last
 * @param unreachable why the goal's latency is known to be out of reach; null when it is not
 * @param known the correction that trials of the device's latest pruned variant suggest
 * @param stock variants that are there already, at this device's prices; asked for only where a choice is due
 * @param observed of the latest deployment, once it has served long enough to be judged; null before
 */
public record Facts(
        Instant now,
        boolean retired,
        @Nullable Model model,
        @Nullable Goal goal,
        @Nullable Pin pinned,
        Profile profile,
        List<Deployed> deployments,
        @Nullable Plan plan,
        @Nullable String refusedGoal,
        @Nullable String unreachable,
        Correction known,
        Supplier<Stock> stock,
        @Nullable Observed observed) {

    public Facts {
        deployments = List.copyOf(deployments);
    }

    /** A variant that an operator chose. */
    public record Pin(Sha256 variant, boolean ofThisModel) {}

    /**
     * The model assigned to the device or its group.
     *
     * @param accuracy of the unpruned model on held-out samples; null where there are none
     */
    public record Model(
            String name,
            State state,
            String problem,
            long sizeBytes,
            @Nullable Double accuracy,
            @Nullable Sha256 baseSuite,
            @Nullable Sha256 modelSuite) {
        /** Whether a model can be used yet. */
        public enum State {
            INSPECTING,
            READY,
            INVALID
        }
    }

    /**
     * What the device has measured of the model's suites, both under the same runtime key; the floor is every prunable
     * group at its least width.
     */
    public record Profile(
            boolean baseMeasured,
            boolean modelMeasured,
            @Nullable Double floorP95Micros,
            @Nullable Instant measuredAt,
            @Nullable String runtime,
            boolean wantedAlready) {
        public static final Profile NOTHING = new Profile(false, false, null, null, null, false);

        /** Whether the device has measured itself anew since then. */
        boolean isNewerThan(Instant moment) {
            return measuredAt != null && measuredAt.isAfter(moment);
        }
    }

    /**
     * One assignment and how far it got.
     *
     * @param goalKey of the goal it was planned for; null where it was planned for none
     */
    public record Deployed(
            String id,
            Sha256 variant,
            boolean dense,
            boolean unconditional,
            @Nullable String planId,
            @Nullable String goalKey,
            @Nullable Double predictedP95Micros,
            String reason,
            DeploymentState state,
            @Nullable Trial trial,
            Instant changedAt) {}

    /**
     * One run of the planner for the present goal.
     *
     * @param attempt campaigns so far for the goal, this one included; a plan with what was there already adds none
     */
    public record Plan(
            String id,
            int attempt,
            Correction correction,
            Instant at,
            JobState jobState,
            String jobDetail,
            @Nullable Double floorP95Micros,
            @Nullable Planned planned) {
        /** Whether a campaign was run for it that ended before its target. */
        boolean wasStopped() {
            return attempt > 0 && planned != null && planned.stop() != null;
        }

        /** How the job that plans and prunes stands. */
        public enum JobState {
            /** No worker has begun it. */
            QUEUED,
            RUNNING,
            DONE,
            REFUSED,
            FAILED,
            CANCELLED
        }
    }

    /**
     * What a finished job made.
     *
     * @param predicted what it costs, by the timings that the job planned with
     * @param stop why the job went no further; null where it went on to its target
     */
    public record Planned(
            Sha256 variant,
            Cost predicted,
            @Nullable Double accuracy,
            @Nullable Stop stop) {}

    /**
     * Where a campaign ended before its target, because a round lost more than the recipe allows. All but the rounds are
     * shares of the score on the samples to choose by.
     *
     * @param round that lost too much
     * @param lost by that round
     * @param mostLost what the recipe allows
     * @param lostBefore by the round before, whose network is the variant
     */
    public record Stop(int round, int of, double lost, double mostLost, double lostBefore) {}
}
