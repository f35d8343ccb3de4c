package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.proto.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something the shell must do for a device. Doing it twice does no harm. */
public sealed interface Action {

    /** Let the device time these probe suites. */
    record Measure(List<Sha256> suites) implements Action {
        public Measure {
            suites = List.copyOf(suites);
        }
    }

    /** Give the device the unpruned model, whatever its latency. */
    record DeployDense(String reason) implements Action {}

    /** Give the device a pruned variant, which it refuses when it is too slow for the goal. */
    record DeployPlanned(String planId, Sha256 variant, double predictedP95Micros, String reason) implements Action {}

    /** Give the device what an operator chose, whatever its latency. */
    record DeployPinned(Sha256 variant) implements Action {}

    /** Forget a pin to a variant of another model than the device is to run now. */
    record ClearPin() implements Action {}

    /**
     * Plan and prune for the goal.
     *
     * @param evidence what the former plan led to; empty for the first one
     */
    record StartPlan(Goal goal, int attempt, Correction correction, String evidence) implements Action {}

    /**
     * Plan with what is there already, without a campaign.
     *
     * @param attempt campaigns so far for this goal
     * @param evidence what the former plan led to, and why this variant
     */
    record TakeFromStock(Goal goal, int attempt, Correction correction, Sha256 variant, String evidence)
            implements Action {}

    /** Fine-tune the unpruned model with the same recipe, to compare with. */
    record EnsureBaseline() implements Action {}

    /** Remember that the goal is out of reach. */
    record Refuse(Goal goal, @Nullable Double floorP95Micros, String detail) implements Action {}

    /** Forget an earlier refusal. */
    record ClearRefusal() implements Action {}
}
