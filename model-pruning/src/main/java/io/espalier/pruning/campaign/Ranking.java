package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Group;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.importance.AbsoluteImportance;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A network's channels as one criterion ranks them.
 *
 * @param scores one array a group
 * @param most channels of each group that lie over the threshold; all where there is none
 */
record Ranking(List<double[]> scores, int[] most) {
    /** Keeps the order among channels that a threshold cuts, and makes them worth nothing beside the others. */
    private static final double CUT = 1e-9;

    /** Ranks every channel; those that fall under the threshold come last and need not be kept by any target. */
    static Ranking of(PrunableNetwork network, Importance criterion, OptionalDouble threshold) {
        DependencyGroups dependencies = network.dependencies();
        Map<String, double[]> byGroup = criterion.scores(dependencies);
        List<double[]> scores = new ArrayList<>();
        int[] most = new int[network.groups().size()];
        for (int g = 0; g < most.length; g++) {
            ChannelGroup group = network.groups().get(g);
            scores.add(Objects.requireNonNull(byGroup.get(group.id()), group.id()));
            most[g] = group.size();
        }
        if (threshold.isPresent()) {
            if (!(criterion instanceof AbsoluteImportance absolute)) {
                throw new IllegalArgumentException(criterion.name() + " has no units, so no threshold can be given");
            }
            Map<String, int[]> kept =
                    new Threshold(threshold.getAsDouble(), Group.SMALLEST_WIDTH).keep(absolute, dependencies);
            for (int g = 0; g < most.length; g++) {
                int[] over =
                        Objects.requireNonNull(kept.get(network.groups().get(g).id()));
                scores.set(g, lastTheOthers(scores.get(g), over));
                most[g] = over.length;
            }
        }
        return new Ranking(scores, most);
    }

    private static double[] lastTheOthers(double[] scores, int[] over) {
        double[] ranked = new double[scores.length];
        Arrays.setAll(ranked, c -> scores[c] * CUT);
        for (int channel : over) {
            ranked[channel] = scores[channel];
        }
        return ranked;
    }
}
