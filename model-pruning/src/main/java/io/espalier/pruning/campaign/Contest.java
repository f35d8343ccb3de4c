package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.RandomImportance;
import io.espalier.pruning.reconstruction.Reconstructed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Picks form, criterion and widths by trying them: no criterion is best for every network. In each form of the network
 * each criterion ranks the channels and widths follow from the ranking. The pruned networks are compared on held-out
 * training samples before any of them is trained: all as they were cut, and the best of each form once more with their
 * layers fitted to the unpruned network, which tells them apart where all of them guess before.
 */
final class Contest {
    static final String UNIFORM = "-uniform";
    private static final String KNAPSACK = "-knapsack";
    private static final String ALL = "all-channels";
    private static final int FINALISTS_OF_A_FORM = 2;
    /** What networks do untrained says little; the same fraction everywhere must win by this much to be taken. */
    private static final double CLEARLY_BETTER = 0.03;

    private final List<Form> forms;
    private final Rankings criteria;
    private final Judge judge;
    private final LayerFitting fitting;

    Contest(List<Form> forms, Rankings criteria, Judge judge, LayerFitting fitting) {
        this.forms = forms;
        this.criteria = criteria;
        this.judge = judge;
        this.fitting = fitting;
    }

    /** A contender with its layers fitted; to the same bits each time. */
    Reconstructed fitted(Contender contender) {
        return fitting.fit(contender);
    }

    /** Gives the criteria to rank a form's channels by. */
    interface Rankings {
        /** @param among names of those to give; all that tell something where it is empty */
        List<Importance> of(Form form, Set<String> among);
    }

    /**
     * Who won.
     *
     * @param contenders the winner first, those that were fitted before the others, and each the better first
     * @param fitted the winner, its layers fitted
     */
    record Outcome(List<Contender> contenders, Reconstructed fitted) {}

    /**
     * Holds the contest.
     *
     * @param threshold in the units of the criteria; what falls under it goes, whatever the target
     */
    Outcome run(OptionalDouble threshold) {
        List<Contender> finalists = new ArrayList<>();
        List<Contender> others = new ArrayList<>();
        double greatest = Double.NEGATIVE_INFINITY;
        Optional<Reconstructed> best = Optional.empty();
        for (Form form : forms) {
            // What ranks the whole network best is tried in the others: their number must not multiply that of
            // criteria.
            Set<String> among = finalists.stream().map(Contender::criterion).collect(Collectors.toSet());
            List<Contender> contenders = contenders(form, among, threshold);
            int last = Math.min(FINALISTS_OF_A_FORM, contenders.size());
            for (Contender each : contenders.subList(0, last)) {
                Reconstructed network = fitting.fit(each);
                Contender finalist = each.withFitted(judge.of(network.graph()).score());
                finalists.add(finalist);
                if (merit(finalist) > greatest) {
                    greatest = merit(finalist);
                    best = Optional.of(network);
                }
            }
            others.addAll(contenders.subList(last, contenders.size()));
        }
        finalists.sort(byMerit());
        others.sort(byMerit());
        finalists.addAll(others);
        return new Outcome(finalists, best.orElseThrow());
    }

    /** @param among names of the criteria to try; all where it is empty */
    private List<Contender> contenders(Form form, Set<String> among, OptionalDouble threshold) {
        List<Contender> contenders = new ArrayList<>();
        for (Importance importance : criteria.of(form, among)) {
            Ranking ranking = Ranking.of(form.network(), importance, threshold);
            contenders.add(contender(
                    form, KNAPSACK, importance, ranking, form.planner().knapsack(ranking)));
            contenders.add(
                    contender(form, UNIFORM, importance, ranking, form.planner().uniform(ranking)));
        }
        contenders.sort(byMerit());
        List<Contender> different = new ArrayList<>();
        for (Contender each : contenders) {
            if (different.stream().noneMatch(each::keepsTheSameAs)) {
                different.add(each);
            }
        }
        return different;
    }

    private Comparator<Contender> byMerit() {
        return Comparator.comparingDouble(this::merit).reversed();
    }

    /**
     * The score, where it says anything: heavily pruned networks all guess until they are trained, and then the widths
     * that keep the most are the better start, with the criterion that is tried first.
     */
    private double merit(Contender contender) {
        double said = Math.max(judge.leastTelling(), contender.score());
        return said - (contender.isUniform() ? CLEARLY_BETTER : 0);
    }

    /** Channels drawn by lot at a contender's widths: what choosing them well is worth. */
    static Graph drawnByLot(Contender contender, long seed) {
        PrunableNetwork network = contender.form().network();
        Ranking ranking = Ranking.of(network, new RandomImportance(seed), OptionalDouble.empty());
        return network.keeping(
                network.best(ranking.scores(), contender.allocation().widths()));
    }

    private Contender contender(
            Form form, String way, Importance importance, Ranking ranking, Allocation.Chosen allocation) {
        List<int[]> kept = form.network().best(ranking.scores(), allocation.widths());
        double score = judge.of(form.network().keeping(kept)).score();
        Set<String> byMagnitude = importance.silentOn(form.network().dependencies());
        // Where nothing is cut, nothing was chosen by any criterion.
        boolean all = IntStream.range(0, kept.size())
                .allMatch(g ->
                        kept.get(g).length == form.network().groups().get(g).size());
        return new Contender(
                (all ? ALL : importance.name() + way) + form.suffix(),
                form,
                importance.name(),
                byMagnitude,
                allocation,
                kept,
                Scores.ofCut(score),
                Optional.empty());
    }
}
