package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.DroppableBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds which blocks may be worth leaving out. A block is a choice like any width, but one that a device rewards more
 * than narrow layers: its calls are gone, not shorter.
 *
 * <p>Blocks are put in order by {@code max(0, s - s') / (1 - l' / l)}, the least first: what the score falls by where only this
 * block is left out, for the share of the load that this saves. s and s' are the scores with and without the block on
 * samples to choose by, nothing trained or fitted, and not below 0; l and l' are the loads with every channel kept, shares
 * of the tightest limit. A network that is better without a block says no more than that nothing is lost, and of blocks that
 * lose nothing the one that saves most goes first: a gain divided by what it saves would put the smallest saving first. What
 * saves less than a fiftieth is not tried. The forms are the network without the first block, the first two, and so on, until
 * one fits with every channel kept, six with the whole one at most.
 *
 * <p>Loss for saving, since what is looked for is a set of blocks that saves enough and loses little: the order is that of the
 * greedy answer to a knapsack, for which one measurement a block is enough. It takes blocks for independent, which they are not;
 * so it only proposes forms, and the {@link Contest} compares them as wholes.
 *
 * <p>Source: for the order, Dantzig 1957, "Discrete-Variable Extremum Problems", which fills a knapsack by value for weight. To
 * take as a block's value what the network as it is loses without it, and as its weight its share of the budget, is ours.
 *
 * @see <a href="../../../../../../../../docs/adr/0011-blocks-and-widths-are-judged-fitted.md">ADR 11</a>
 */
final class Forms {
    private static final int MOST = 6;
    private static final double LEAST_SAVING = 0.02;

    private final Planner planner;
    private final Judge judge;

    Forms(Planner planner, Judge judge) {
        this.planner = planner;
        this.judge = judge;
    }

    /** The whole network first. */
    List<Form> all() {
        List<Form> forms = new ArrayList<>();
        forms.add(Form.whole(planner));
        List<DroppableBlock> leftOut = new ArrayList<>();
        for (DroppableBlock block : inOrder()) {
            if (forms.size() == MOST || forms.get(forms.size() - 1).planner().wholeLoad() <= 1) {
                break;
            }
            Optional<Form> next = with(leftOut, block);
            if (next.isPresent()) {
                leftOut.add(block);
                forms.add(next.get());
            }
        }
        return forms;
    }

    /** Empty where the block is gone already with one around it, or what is left could never meet the target. */
    private Optional<Form> with(List<DroppableBlock> leftOut, DroppableBlock block) {
        if (leftOut.stream().anyMatch(outer -> outer.nodes().containsAll(block.nodes()))) {
            return Optional.empty();
        }
        List<DroppableBlock> all = new ArrayList<>(leftOut);
        all.add(block);
        return Optional.of(new Form(all, planner.without(all)))
                .filter(form -> form.planner().reachesWhatIsAsked());
    }

    private record Ordered(DroppableBlock block, double lost, double saving) {
        double lossForSaving() {
            return lost / saving;
        }
    }

    private List<DroppableBlock> inOrder() {
        double load = planner.wholeLoad();
        if (load <= 1) {
            return List.of();
        }
        double worth = worth(planner);
        List<Ordered> ordered = new ArrayList<>();
        for (DroppableBlock block : planner.network().blocks()) {
            Planner without = planner.without(List.of(block));
            double saving = 1 - without.wholeLoad() / load;
            if (saving >= LEAST_SAVING) {
                double lost = Math.max(0, worth - worth(without));
                ordered.add(new Ordered(block, lost, saving));
            }
        }
        ordered.sort(Comparator.comparingDouble(Ordered::lossForSaving)
                .thenComparing(Comparator.comparingDouble(Ordered::saving).reversed()));
        return ordered.stream().map(Ordered::block).toList();
    }

    /** More than all of it cannot be lost. */
    private double worth(Planner of) {
        return Math.max(0, judge.of(of.network().folded()).score());
    }
}
