package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.evaluation.Quality;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.importance.TopChannels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One way to fit the target: widths, the channels kept at them, and how well that does before any fine-tuning.
 *
 * @param name of the criterion and the way widths were chosen, such as {@code l1-knapsack}
 * @param criterion that ranked the channels
 * @param byMagnitude groups that this criterion is silent on, ranked by L1 instead
 * @param kept channels, one array a group
 * @param validation on held-out training samples
 */
record Contender(
        String name,
        String criterion,
        Set<String> byMagnitude,
        Allocation.Chosen allocation,
        List<int[]> kept,
        Graph graph,
        Quality validation) {
    Contender {
        byMagnitude = Collections.unmodifiableSet(new TreeSet<>(byMagnitude));
        kept = List.copyOf(kept);
    }

    static List<int[]> best(List<double[]> scores, int[] widths) {
        List<int[]> kept = new ArrayList<>();
        for (int g = 0; g < widths.length; g++) {
            kept.add(TopChannels.keep(scores.get(g), widths[g]));
        }
        return kept;
    }

    boolean isUniform() {
        return name.endsWith(Contest.UNIFORM);
    }
}
