package io.espalier.controller.planning;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.proto.Sha256;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            if (each.variant().equals(variant) && goal.key().equals(each.goalKey()) && doesNotLoad(each)) {
                return each;
            }
        }
        return null;
    }

    /** Whether the unpruned model did not load when it was given last, or does not any more. */
    boolean unprunedDoesNotLoad() {
        for (int i = deployments.size() - 1; i >= 0; i--) {
            if (deployments.get(i).dense()) {
                return doesNotLoad(deployments.get(i));
            }
        }
        return false;
    }

    private static boolean doesNotLoad(Deployed deployed) {
        return deployed.state() instanceof DeploymentState.Refused refused
                && refused.trial().outcome() == TrialOutcome.DOES_NOT_LOAD;
    }

    /** How often a variant was tried under one plan and was too slow. */
    long tooSlow(String planId, Sha256 variant) {
        return trials(planId, variant)
                .filter(trial -> trial.outcome() == TrialOutcome.TOO_SLOW)
                .count();
    }

    /**
     * What a pruned variant takes on the device beside what a plan predicted of it.
     *
     * @param p95Micros of its best trial under the plan: what disturbs one makes it slower and never faster
     */
    public record Measured(String planId, double predictedP95Micros, double p95Micros) {}

    /** The latest, of trials that may be compared with timings under this key; null before there is one. */
    @Nullable
    public Measured latestMeasured(@Nullable String runtime) {
        for (int i = deployments.size() - 1; i >= 0; i--) {
            Deployed each = deployments.get(i);
            Trial trial = each.trial();
            if (trial != null && trial.timed() && trial.comparesWith(runtime)) {
                Measured measured = measured(each, runtime);
                if (measured != null) {
                    return measured;
                }
            }
        }
        return null;
    }

    private @Nullable Measured measured(Deployed deployed, @Nullable String runtime) {
        String planId = deployed.planId();
        Double predicted = deployed.predictedP95Micros();
        if (planId == null || predicted == null || predicted <= 0) {
            return null;
        }
        return new Measured(planId, predicted, p95Micros(planId, deployed.variant(), runtime));
    }

    /** Of its best trial under the plan, of those that may be compared with timings under this key. */
    double p95Micros(String planId, Sha256 variant, @Nullable String runtime) {
        return trials(planId, variant)
                .filter(trial -> trial.timed() && trial.comparesWith(runtime))
                .mapToDouble(Trial::p95Micros)
                .min()
                .orElseThrow();
    }

    private Stream<Trial> trials(String planId, Sha256 variant) {
        return deployments.stream()
                .filter(each -> planId.equals(each.planId()) && each.variant().equals(variant))
                .flatMap(each -> Stream.ofNullable(each.trial()));
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
