package io.espalier.controller.planning;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.proto.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a device was given before.
 *
 * @param deployments of one model, the oldest first
 */
public record History(List<Deployed> deployments) {
    public History {
        deployments = List.copyOf(deployments);
    }

    @Nullable
    Deployed latest() {
        return deployments.isEmpty() ? null : deployments.get(deployments.size() - 1);
    }

    /** The latest that a plan led to; null before there is one. */
    @Nullable
    Deployed latestOf(String planId) {
        for (int i = deployments.size() - 1; i >= 0; i--) {
            if (planId.equals(deployments.get(i).planId())) {
                return deployments.get(i);
            }
        }
        return null;
    }

    /** The latest of the unpruned model whose trial may be compared with timings under this key. */
    @Nullable
    Deployed measuredDense(@Nullable String runtime) {
        Deployed found = null;
        for (Deployed deployed : deployments) {
            Trial trial = deployed.trial();
            if (deployed.dense() && trial != null && trial.timed() && trial.comparesWith(runtime)) {
                found = deployed;
            }
        }
        return found;
    }

    /**
     * What is not to be given again: variants the device had for the goal, since the planner asks anew only where they were
     * too slow or do not load, and the unpruned model, which is judged by what was measured of it.
     */
    Set<Sha256> tried(Goal goal) {
        return deployments.stream()
                .filter(each -> each.dense() || goal.key().equals(each.goalKey()))
                .map(Deployed::variant)
                .collect(Collectors.toSet());
    }

    /** The deployment in which the device found, for this goal, that the variant does not load; null where it did not. */
    @Nullable
    Deployed unloadable(Goal goal, Sha256 variant) {
        for (int i = deployments.size() - 1; i >= 0; i--) {
            Deployed each = deployments.get(i);
            if (each.variant().equals(variant)
                    && goal.key().equals(each.goalKey())
                    && each.state() instanceof DeploymentState.Refused refused
                    && refused.trial().outcome() == TrialOutcome.DOES_NOT_LOAD) {
                return each;
            }
        }
        return null;
    }

    /**
     * The trials of a deployment's variant under its plan, up to this one, in which it was too slow: in the same runtime, and
     * since it passed one. The oldest first.
     */
    List<Trial> slowTrials(Deployed upTo) {
        Trial latest = upTo.trial();
        List<Trial> slow = new ArrayList<>();
        for (Deployed each : deployments) {
            Trial trial = each.trial();
            if (trial == null
                    || latest == null
                    || !each.variant().equals(upTo.variant())
                    || !Objects.equals(each.planId(), upTo.planId())) {
                continue;
            }
            if (trial.outcome() == TrialOutcome.ACCEPTED) {
                slow.clear();
            } else if (trial.outcome() == TrialOutcome.TOO_SLOW && trial.comparesWith(latest.runtime())) {
                slow.add(trial);
            }
            if (each.equals(upTo)) {
                break;
            }
        }
        return slow;
    }

    /** The shortest latency of some trials, since what disturbs one makes it slower and never faster; 0 where none has one. */
    static double fastestMicros(List<Trial> trials) {
        return trials.stream()
                .filter(Trial::timed)
                .mapToDouble(Trial::p95Micros)
                .min()
                .orElse(0);
    }

    /** What a pruned variant takes on the device beside what a plan predicted of it. */
    public record Measured(String planId, double predictedP95Micros, double p95Micros) {}

    /**
     * Of the latest pruned variant whose trial may be compared with timings under this key; null before there is one. Where it was
     * too slow, its better trial counts, and of a single one, which may have been disturbed, half, as factors go.
     */
    @Nullable
    public Measured latestMeasured(@Nullable String runtime) {
        for (int i = deployments.size() - 1; i >= 0; i--) {
            Deployed each = deployments.get(i);
            Trial trial = each.trial();
            String planId = each.planId();
            Double predicted = each.predictedP95Micros();
            if (trial != null
                    && trial.timed()
                    && trial.comparesWith(runtime)
                    && planId != null
                    && predicted != null
                    && predicted > 0) {
                List<Trial> slow = slowTrials(each);
                double took = slow.isEmpty() ? trial.p95Micros() : fastestMicros(slow);
                return new Measured(planId, predicted, slow.size() == 1 ? Math.sqrt(predicted * took) : took);
            }
        }
        return null;
    }

    /** How often in a row the device has refused this variant, up to now. */
    int refusalsInARow(Sha256 variant) {
        int count = 0;
        for (int i = deployments.size() - 1; i >= 0; i--) {
            Deployed deployed = deployments.get(i);
            if (!deployed.variant().equals(variant) || !(deployed.state() instanceof DeploymentState.Refused)) {
                break;
            }
            count++;
        }
        return count;
    }
}
