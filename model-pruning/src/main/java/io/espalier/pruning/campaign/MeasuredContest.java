package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.reconstruction.Reconstructed;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A contest whose finalists are timed before one of them is trained, where the device is at hand and a latency is asked for.
 * Those that take longer than they may drop out. Where all do, predictions are corrected by what was measured, and there is
 * one more contest within them, and the rounds behind it are planned so, too; where that helps no more, its quickest is taken,
 * and the trial will tell.
 *
 * <p>A disturbance only ever adds time. What finalists take is therefore scaled down by as much as the unpruned network, which
 * takes turns with them, was slower than in its own trial.
 */
final class MeasuredContest {
    private static final String FIRST_PLAN = ", planned first";

    private final Workshop workshop;
    private final Graph unpruned;
    private final Function<Planner, Contest> contests;

    /** @param contests makes the contest of a plan */
    MeasuredContest(Workshop workshop, Graph unpruned, Function<Planner, Contest> contests) {
        this.workshop = workshop;
        this.unpruned = unpruned;
        this.contests = contests;
    }

    /** @param threshold in the units of the criteria; what falls under it goes, whatever the target */
    Contest.Outcome run(Planner planner, OptionalDouble threshold) {
        Held first = hold(planner, threshold);
        if (workshop.stopwatch().isEmpty() || planner.latencyBudgetMicros().isEmpty()) {
            return first.outcome();
        }
        Held timed = timed(first, planner);
        if (!timed.winner().isTooSlow()) {
            return timed.outcome();
        }
        double ratio = measuredOverPredicted(timed.finalists());
        String tooSlow = String.format(
                Locale.ROOT, "everything planned is too slow here, %.0f %% over what was predicted", 100 * (ratio - 1));
        Planner corrected = planner.corrected(ratio);
        if (corrected.refusal().isPresent()) {
            workshop.progress().begins("plan again", tooSlow + ", and nothing narrower is left: taking the quickest");
            return timed.outcome();
        }
        workshop.progress().begins("plan again", tooSlow + ": planning once more by what was measured");
        return timed(hold(corrected, threshold), corrected).outcome(timed.finalists());
    }

    /** A contest that was held; the winner comes first, and {@code fitted} is of the one that won untimed. */
    private record Held(Contest contest, List<Contender> contenders, Supplier<Reconstructed> fitted) {
        Contender winner() {
            return contenders.get(0);
        }

        List<Contender> finalists() {
            return contenders.stream().filter(Contender::isFinalist).toList();
        }

        Contest.Outcome outcome() {
            return outcome(List.of());
        }

        /** @param before finalists of a first plan that came to nothing */
        Contest.Outcome outcome(List<Contender> before) {
            List<Contender> all = new ArrayList<>(contenders);
            before.forEach(each -> all.add(each.named(each.name() + FIRST_PLAN)));
            return new Contest.Outcome(all, fitted.get());
        }
    }

    private Held hold(Planner planner, OptionalDouble threshold) {
        try (Turns.Turn turn = workshop.turns().take()) {
            Contest contest = contests.apply(planner);
            Contest.Outcome outcome = contest.run(threshold);
            return new Held(contest, outcome.contenders(), outcome::fitted);
        }
    }

    /** The same, in the order that timings put them in: what is within the budget by merit, then what is not by time. */
    private Held timed(Held held, Planner planner) {
        Map<String, Supplier<Graph>> networks = new LinkedHashMap<>();
        networks.put(ModelSuite.DENSE, () -> unpruned);
        held.finalists().forEach(each -> networks.put(each.name(), each::graph));
        workshop.progress().begins("time", (networks.size() - 1) + " pruned networks and the unpruned one in turns");
        Map<String, Timing> timings = workshop.stopwatch().orElseThrow().time(networks);
        Timing dense = Objects.requireNonNull(timings.get(ModelSuite.DENSE));
        DeviceTimings before = planner.device().orElseThrow();
        List<Contender> all = new ArrayList<>();
        held.contenders()
                .forEach(each -> all.add(
                        each.isFinalist()
                                ? each.withMeasured(
                                        undisturbed(Objects.requireNonNull(timings.get(each.name())), dense, before))
                                : each));
        // What was not timed stays behind what was, in its order: sorting is stable.
        all.sort(Comparator.comparing((Contender each) -> !each.isFinalist())
                .thenComparing(Contender::isTooSlow)
                .thenComparingDouble(
                        each -> each.isTooSlow() ? each.measured().orElseThrow().p95Micros() : 0));
        Contender winner = all.get(0);
        return new Held(held.contest(), all, () -> {
            if (winner.name().equals(held.winner().name())) {
                return held.fitted().get();
            }
            try (Turns.Turn turn = workshop.turns().take()) {
                return held.contest().fitted(winner);
            }
        });
    }

    private static Timing undisturbed(Timing timed, Timing dense, DeviceTimings before) {
        double median = timed.medianMicros() / Math.max(1, dense.medianMicros() / before.denseP50Micros());
        double p95 = timed.p95Micros() / Math.max(1, dense.p95Micros() / before.denseP95Micros());
        return new Timing(timed.probe(), median, Math.max(median, p95), timed.samples(), timed.noise());
    }

    private static double measuredOverPredicted(List<Contender> finalists) {
        double[] ratios = finalists.stream()
                .mapToDouble(each -> each.measured().orElseThrow().p95Micros()
                        / each.allocation().cost().p95Micros())
                .sorted()
                .toArray();
        return ratios[ratios.length / 2];
    }
}
