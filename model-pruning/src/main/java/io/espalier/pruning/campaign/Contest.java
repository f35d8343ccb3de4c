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
import java.util.function.Function;

/**
 * Picks form, criterion and widths by trying them: no criterion is best for every network. In each form of the network
 * each criterion ranks the channels and widths follow from the ranking. The pruned networks are compared on held-out
 * training samples before any of them is trained: all as they were cut, and the best of each form once more with their
 * layers fitted to the unpruned network, which tells them apart where all of them guess before.
 */
final class Contest {
    static final String UNIFORM = "-uniform";
    private static final String KNAPSACK = "-knapsack";
    private static final int FINALISTS_OF_A_FORM = 2;
    /** What networks do untrained says little; the same fraction everywhere must win by this much to be taken. */
    private static final double CLEARLY_BETTER = 0.03;

    private final List<Form> forms;
    private final Function<Form, List<Importance>> criteria;
    private final Judge judge;
    private final LayerFitting fitting;

    Contest(List<Form> forms, Function<Form, List<Importance>> criteria, Judge judge, LayerFitting fitting) {
        this.forms = forms;
        this.criteria = criteria;
        this.judge = judge;
        this.fitting = fitting;
    }

    /**
     * All contenders, those that were fitted before the others, and each the better first.
     *
     * @param threshold in the units of the criteria; what falls under it goes, whatever the target
     */
    List<Contender> run(OptionalDouble threshold) {
        List<Contender> finalists = new ArrayList<>();
        List<Contender> others = new ArrayList<>();
        for (Form form : forms) {
            List<Contender> contenders = contenders(form, threshold);
            int last = Math.min(FINALISTS_OF_A_FORM, contenders.size());
            contenders.subList(0, last).forEach(each -> finalists.add(fitted(each)));
            others.addAll(contenders.subList(last, contenders.size()));
        }
        finalists.sort(byMerit());
        others.sort(byMerit());
        finalists.addAll(others);
        return finalists;
    }

    private List<Contender> contenders(Form form, OptionalDouble threshold) {
        List<Contender> contenders = new ArrayList<>();
        for (Importance importance : criteria.apply(form)) {
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

    private Contender fitted(Contender contender) {
        Reconstructed network = fitting.fit(contender);
        return contender.with(new Contender.Fitted(network, judge.of(network.graph())));
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
                Contender.best(ranking.scores(), contender.allocation().widths()));
    }

    private Contender contender(
            Form form, String way, Importance importance, Ranking ranking, Allocation.Chosen allocation) {
        List<int[]> kept = Contender.best(ranking.scores(), allocation.widths());
        Graph graph = form.network().keeping(kept);
        Set<String> byMagnitude = importance.silentOn(form.network().dependencies());
        return new Contender(
                importance.name() + way + form.suffix(),
                form,
                importance.name(),
                byMagnitude,
                allocation,
                kept,
                graph,
                judge.of(graph),
                Optional.empty());
    }
}
