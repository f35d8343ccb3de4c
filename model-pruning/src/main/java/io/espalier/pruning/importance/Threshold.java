package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Cuts the channels of each group that fall under an absolute value, however many these are.
 *
 * <p>How much goes is for the network to say: {@code |w| <= theta}, {@code f < alpha}, {@code |dL/dw| < beta}. Where that
 * is more than may go, the channels of best score are given back.
 *
 * @param value in the criterion's own units, see there which side of it goes
 * @param leastKept no group is left with fewer channels, where it has as many
 */
public record Threshold(double value, int leastKept) {
    public Threshold {
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("The threshold is not a number");
        }
        if (leastKept < 1) {
            throw new IllegalArgumentException("leastKept is " + leastKept + ": every group must keep a channel");
        }
    }

    /** The channels to keep of each prunable group, in ascending order, as {@code Pruner} takes them. */
    public Map<String, int[]> keep(AbsoluteImportance criterion, DependencyGroups groups) {
        Map<String, double[]> values = criterion.values(groups);
        Map<String, double[]> scores = criterion.scores(groups);
        Map<String, int[]> kept = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            kept.put(
                    group.id(),
                    keep(
                            criterion,
                            Objects.requireNonNull(values.get(group.id()), group.id()),
                            Objects.requireNonNull(scores.get(group.id()), group.id())));
        }
        return groups.withoutGaps(kept);
    }

    private int[] keep(AbsoluteImportance criterion, double[] values, double[] scores) {
        int size = values.length;
        int over = (int) IntStream.range(0, size)
                .filter(c -> !criterion.cuts(values[c], value))
                .count();
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> criterion.cuts(values[c], value))
                        .thenComparing(c -> -scores[c]))
                .limit(Math.max(over, leastKept))
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
