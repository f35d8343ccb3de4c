package io.espalier.controller.planning;

import static io.espalier.controller.planning.Decision.of;
import static io.espalier.controller.planning.Decision.refused;
import static io.espalier.controller.planning.Standing.shortly;

import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.fleet.DeviceState;
import io.espalier.controller.planning.Facts.Deployed;
import io.espalier.controller.planning.Facts.Plan;
import io.espalier.controller.planning.Facts.Planned;
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.choice.Choice;
import io.espalier.terminal.Units;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leads a device that has measured itself to a goal that the unpruned model misses, with a campaign where one is worth it. */
record Campaigns(Facts facts, History history, Standing standing) {
    /** Campaigns for one goal, corrected after each variant that was too slow. */
    static final int MOST_ATTEMPTS = 3;

    /** Of one variant under one plan: a trial takes seconds, a campaign minutes, and a neighbour may disturb a whole trial. */
    static final int MOST_SLOW_TRIALS = 2;

    Decision toward(Goal goal) {
        Plan plan = facts.plan();
        if (plan != null) {
            return withPlan(goal, plan);
        }
        return fromStock(goal, 0, facts.known(), "")
                .orElseGet(() -> of(
                        DeviceState.PLANNING,
                        "Plans a variant for " + goal.inWords() + ".",
                        new Action.EnsureBaseline(),
                        new Action.StartPlan(goal, 1, facts.known(), "")));
    }

    /**
     * Takes what is there already; empty where a campaign is worth its while. Once no campaign is left to be run, anything
     * that fits is better than nothing.
     */
    private Optional<Decision> fromStock(Goal goal, int attempt, Correction correction, String evidence) {
        return fromStock(goal, attempt, correction, evidence, attempt < MOST_ATTEMPTS);
    }

    private Optional<Decision> fromStock(
            Goal goal, int attempt, Correction correction, String evidence, boolean campaignIsLeft) {
        Stock stock = facts.stock().get();
        Choice choice = stock.choose(goal, correction, history.tried(goal));
        if (choice.taken().isEmpty() || (campaignIsLeft && choice.calls(stock.tolerance()))) {
            return Optional.empty();
        }
        Sha256 variant = choice.taken().get().member().digest();
        String why = (evidence + " " + stock.reason(goal, choice)).strip();
        return Optional.of(
                of(DeviceState.PLANNING, why, new Action.TakeFromStock(goal, attempt, correction, variant, why)));
    }

    private static Decision pruning(Goal goal, Plan plan) {
        return of(
                DeviceState.PRUNING,
                "Prunes a variant for " + goal.inWords() + ", attempt " + plan.attempt() + " of " + MOST_ATTEMPTS
                        + ".");
    }

    private Decision withPlan(Goal goal, Plan plan) {
        switch (plan.jobState()) {
            case QUEUED:
                // The campaign of another device may have made meanwhile what this one waits for.
                return fromStock(goal, plan.attempt() - 1, plan.correction(), "")
                        .orElseGet(() -> pruning(goal, plan));
            case RUNNING:
                return pruning(goal, plan);
            case REFUSED:
                return outOfReach(goal, plan);
            case FAILED:
                return of(DeviceState.FAILED, "The pruning job failed: " + plan.jobDetail());
            case CANCELLED:
                return of(DeviceState.FAILED, "The pruning job was cancelled; re-plan to start it again.");
            case DONE:
                break;
        }
        Action.DeployPlanned deploy = again(plan);
        if (deploy == null) {
            Planned planned = plan.planned();
            if (planned == null) {
                return of(DeviceState.PRUNING, "Stores the pruned variant.");
            }
            Optional<StoppedShort> stopped =
                    StoppedShort.of(goal, plan, planned, facts.stock().get(), present(plan, plan.correction()));
            deploy = best(goal, plan, planned, stopped.isPresent());
            boolean own = deploy.variant().equals(planned.variant());
            Deployed unloadable = own ? history.unloadable(goal, deploy.variant()) : null;
            if (unloadable != null) {
                return doesNotLoad(goal, plan, unloadable);
            }
            if (own && stopped.isPresent()) {
                return stopped.get().refusal(facts);
            }
            String inaccurate = own ? GoalCheck.inaccurate(goal, planned.accuracy()) : null;
            if (inaccurate != null) {
                return refused(facts, goal, null, inaccurate);
            }
        }
        Deployed deployed = history.latest();
        if (deployed == null || !plan.id().equals(deployed.planId())) {
            return of(DeviceState.DELIVERING, "Delivers variant " + shortly(deploy.variant()) + ".", deploy);
        }
        Trial trial = deployed.trial();
        if (trial != null && trial.outcome() == TrialOutcome.TOO_SLOW) {
            return tooSlowInTrial(goal, plan, deploy, deployed);
        }
        if (deployed.equals(history.unloadable(goal, deploy.variant()))) {
            return doesNotLoad(goal, plan, deployed);
        }
        Observed observed = facts.observed();
        Double latency = goal.latencyP95Micros();
        if (deployed.state() instanceof DeploymentState.Serving
                && observed != null
                && latency != null
                && observed.breaches(latency)) {
            return tooSlow(
                    goal,
                    plan,
                    deploy,
                    observed.p95Micros(),
                    String.format(Locale.ROOT, "while it served (%,d inferences)", observed.samples()),
                    "It keeps serving: raise the budget, or re-plan.");
        }
        return standing.follow(deployed, deploy, "Meets its budget: " + goal.inWords() + ".");
    }

    /** What this plan gave the device; null before it did. The choice is made once, however the stock grows. */
    private Action.@Nullable DeployPlanned again(Plan plan) {
        Deployed given = history.latestOf(plan.id());
        if (given == null) {
            return null;
        }
        Double predicted = given.predictedP95Micros();
        return new Action.DeployPlanned(plan.id(), given.variant(), predicted == null ? 0 : predicted, given.reason());
    }

    /**
     * What a finished plan gives the device: the best of all that is there by its own timings, the campaign's rounds
     * included. What was made for the goal itself may use all of the budget, and is tried even where nothing is predicted to
     * fit: no campaign would make anything else.
     *
     * @param stoppedShort whether the campaign ended before it came to the goal
     */
    private Action.DeployPlanned best(Goal goal, Plan plan, Planned planned, boolean stoppedShort) {
        Stock stock = facts.stock().get();
        Choice choice = stock.choose(goal, plan.correction(), history.tried(goal));
        Optional<Cost> price = stock.cost(goal, plan.correction(), planned.variant());
        Choice made = stock.judge(goal, plan.correction(), planned.variant());
        // A plan without a campaign has nothing of its own; what has no price, such as untimed integers, is no worse.
        boolean another = plan.attempt() == 0
                || stoppedShort
                || price.isPresent()
                        && (made.taken().isEmpty()
                                || choice.taken().isPresent()
                                        && choice.taken().get().member().score()
                                                >= made.taken().get().member().score());
        if (another && choice.taken().isPresent()) {
            return new Action.DeployPlanned(
                    plan.id(),
                    choice.taken().get().member().digest(),
                    choice.taken().get().cost().p95Micros(),
                    stock.reason(goal, choice));
        }
        // A trial is held against what this device's own timings predict; the job may have planned with another's.
        double predicted = price.map(Cost::p95Micros)
                .filter(p95Micros -> p95Micros > 0)
                .orElse(planned.predicted().p95Micros());
        return new Action.DeployPlanned(plan.id(), planned.variant(), predicted, "Pruned for " + goal.inWords() + ".");
    }

    /** One disturbed measurement must not put a goal out of reach that the device's own floor is below. */
    private Decision outOfReach(Goal goal, Plan plan) {
        if (plan.correction().factor() <= 1 || plan.attempt() >= MOST_ATTEMPTS) {
            return refused(facts, goal, plan.floorP95Micros(), plan.jobDetail());
        }
        Correction half = plan.correction().halfway();
        String evidence = "Out of reach with correction " + plan.correction().factor() + ": " + plan.jobDetail() + ".";
        return of(
                DeviceState.PLANNING,
                evidence + " Plans again with correction " + half.factor() + ".",
                new Action.StartPlan(goal, plan.attempt() + 1, half, evidence));
    }

    private Decision tooSlowInTrial(Goal goal, Plan plan, Action.DeployPlanned given, Deployed deployed) {
        List<Trial> trials = history.slowTrials(deployed);
        double fastest = History.fastestMicros(trials);
        if (trials.size() < MOST_SLOW_TRIALS) {
            String measured = measured(goal, given, fastest, "in its trial") + "; that may have been disturbed.";
            return standing.repeat(
                    deployed,
                    measured,
                    new Action.DeployPlanned(
                            given.planId(),
                            given.variant(),
                            given.predictedP95Micros(),
                            "Tried once more. " + measured));
        }
        return tooSlow(goal, plan, given, fastest, "in the better of two trials", "The former model keeps serving.");
    }

    private static String measured(Goal goal, Action.DeployPlanned given, double measuredMicros, String where) {
        return "Variant " + shortly(given.variant()) + " was measured at p95 " + Units.micros(measuredMicros) + " "
                + where + " (predicted " + Units.micros(given.predictedP95Micros()) + "), too slow for "
                + goal.inWords();
    }

    private Decision tooSlow(
            Goal goal, Plan plan, Action.DeployPlanned given, double measuredMicros, String where, String whenGivenUp) {
        String measured = measured(goal, given, measuredMicros, where);
        Correction next = present(plan, plan.correction().after(given.predictedP95Micros(), measuredMicros));
        Optional<Decision> cheaper = fromStock(goal, plan.attempt(), next, measured + ".");
        if (cheaper.isPresent()) {
            return cheaper.get();
        }
        Planned planned = plan.planned();
        if (planned != null && plan.wasStopped()) {
            Optional<StoppedShort> stopped =
                    StoppedShort.of(goal, plan, planned, facts.stock().get(), next);
            if (stopped.isPresent()) {
                return stopped.get().refusal(facts);
            }
            // As far as is sure its variant fits. The campaign that was run answers at once, for another trial of it.
            next = present(plan, plan.correction());
        }
        if (plan.attempt() >= MOST_ATTEMPTS) {
            return of(DeviceState.FAILED, measured + ". " + MOST_ATTEMPTS + " campaigns were run. " + whenGivenUp);
        }
        return of(
                DeviceState.PLANNING,
                measured + ": plans again with correction " + next.factor() + ".",
                new Action.StartPlan(goal, plan.attempt() + 1, next, measured + "."));
    }

    /**
     * A campaign for the same would make the same variant again, so another one is for a narrower network. Where the goal
     * bounds no latency there is none to be had that way.
     */
    private Decision doesNotLoad(Goal goal, Plan plan, Deployed refused) {
        Trial trial = refused.trial();
        String evidence = "Variant " + shortly(refused.variant()) + " does not load on the device"
                + (trial == null || trial.detail().isEmpty() ? "." : " (" + trial.detail() + ").");
        Correction present = present(plan, plan.correction());
        Correction next = plan.attempt() == 0 ? present : present.narrower();
        boolean campaignIsLeft = plan.attempt() == 0
                || plan.attempt() < MOST_ATTEMPTS && goal.latencyP95Micros() != null && !next.equals(present);
        return fromStock(goal, plan.attempt(), present, evidence, campaignIsLeft)
                .orElseGet(() -> campaignIsLeft
                        ? of(
                                DeviceState.PLANNING,
                                evidence + " Plans again with correction " + next.factor() + ".",
                                new Action.StartPlan(goal, plan.attempt() + 1, next, evidence))
                        : of(
                                DeviceState.FAILED,
                                evidence + " Nothing else fits " + goal.inWords()
                                        + ". A former model serves where it loads: change the budget, or re-plan."));
    }

    /** What a plan from older timings was off by says nothing of one from the present timings. */
    private Correction present(Plan plan, Correction correction) {
        return facts.profile().isNewerThan(plan.at()) ? Correction.NONE : correction;
    }
}
