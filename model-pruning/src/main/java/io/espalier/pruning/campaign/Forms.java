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
 * <p>Blocks are put in order by what the network loses without each one, for what that saves; the forms are the
 * network without the first, the first two, and so on, until one fits with every channel kept.
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

    private record Ordered(DroppableBlock block, double lossForSaving) {}

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
                double lost = worth - worth(without);
                ordered.add(new Ordered(block, lost / saving));
            }
        }
        ordered.sort(Comparator.comparingDouble(Ordered::lossForSaving));
        return ordered.stream().map(Ordered::block).toList();
    }

    /** More than all of it cannot be lost. */
    private double worth(Planner of) {
        return Math.max(0, judge.of(of.network().folded()).score());
    }
}
