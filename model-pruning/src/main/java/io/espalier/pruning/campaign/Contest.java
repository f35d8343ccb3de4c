package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.RandomImportance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Picks the criterion by trying it: no criterion is best for every network. Each ranks the channels, widths follow from
 * the ranking, and the pruned networks are compared on held-out training samples before any of them is trained.
 */
final class Contest {
    static final String UNIFORM = "-uniform";
    private static final String KNAPSACK = "-knapsack";
    /** What networks do untrained says little; the same fraction everywhere must win by this much to be taken. */
    private static final double CLEARLY_BETTER = 0.03;

    private final Planner planner;
    private final Judge judge;

    Contest(Planner planner, Judge judge) {
        this.planner = planner;
        this.judge = judge;
    }

    /**
     * All contenders, the winner first.
     *
     * @param threshold in the units of the criteria; what falls under it goes, whatever the target
     */
    List<Contender> run(List<Importance> criteria, OptionalDouble threshold) {
        List<Contender> contenders = new ArrayList<>();
        for (Importance importance : criteria) {
            Ranking ranking = Ranking.of(planner.network(), importance, threshold);
            contenders.add(contender(importance.name() + KNAPSACK, importance, ranking, planner.knapsack(ranking)));
            contenders.add(contender(importance.name() + UNIFORM, importance, ranking, planner.uniform(ranking)));
        }
        contenders.sort(Comparator.comparingDouble(this::merit).reversed());
        return contenders;
    }

    /**
     * The score, where it says anything: heavily pruned networks all guess until they are trained, and then the widths
     * that keep the most are the better start, with the criterion that is tried first.
     */
    private double merit(Contender contender) {
        double said = Math.max(judge.leastTelling(), contender.validation().score());
        return said - (contender.isUniform() ? CLEARLY_BETTER : 0);
    }

    /** Channels drawn by lot at the same widths: what choosing them well is worth. */
    Graph drawnByLot(int[] widths, long seed) {
        Ranking ranking = Ranking.of(planner.network(), new RandomImportance(seed), OptionalDouble.empty());
        return planner.network().keeping(Contender.best(ranking.scores(), widths));
    }

    private Contender contender(String name, Importance importance, Ranking ranking, Allocation.Chosen allocation) {
        List<int[]> kept = Contender.best(ranking.scores(), allocation.widths());
        Graph graph = planner.network().keeping(kept);
        Set<String> byMagnitude = importance.silentOn(planner.network().dependencies());
        return new Contender(name, importance.name(), byMagnitude, allocation, kept, graph, judge.of(graph));
    }
}
