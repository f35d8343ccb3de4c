package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Distance from the other filters: {@code s_m[c] = sum_j ||F_c - F_j||} over the filters F of a layer that makes the
 * channels. The filter nearest to the geometric median of all is the one that the others can best stand in for.
 *
 * <p>Only makers speak: two channels of alike filters carry alike signals, so one can be spared, whereas two channels
 * that are read alike may carry anything. Batch normalisations are folded first. Members are combined as in {@link
 * GroupScores}. A channel with fewer filters than others (a depthwise convolution behind a Concat that names one twice)
 * counts as having filters of zeros in their place. Groups that no layer makes are scored by {@link L1Importance}.
 *
 * <p>Scores are no magnitudes: a filter of zeros is far from filters that are alike, and stays.
 *
 * <p>Source: He et al. 2019, "Filter Pruning via Geometric Median for Deep Convolutional Neural Networks Acceleration",
 * section 3.3. Cost: O(n^2 d) for n filters of d weights.
 */
public final class GeometricMedianImportance implements Importance {
    @Override
    public String name() {
        return "geometric_median";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        DependencyGroups folded = WeightScores.folded(groups);
        return PartialScores.of(
                folded,
                silentOn(folded),
                group -> WeightScores.ofMakers(
                                folded, group, (same, member, weights) -> Optional.of(distances(weights.vectors())))
                        .combined());
    }

    @Override
    public Set<String> silentOn(DependencyGroups groups) {
        return groups.prunable().stream()
                .filter(group -> group.layers().isEmpty())
                .map(ChannelGroup::id)
                .collect(Collectors.toSet());
    }

    private static double[] distances(float[][] filters) {
        double[] sums = new double[filters.length];
        Arrays.setAll(sums, c -> filters[c].length == 0 ? Double.NaN : 0);
        for (int a = 0; a < filters.length; a++) {
            for (int b = a + 1; b < filters.length; b++) {
                if (filters[a].length > 0 && filters[b].length > 0) {
                    double distance = distance(filters[a], filters[b]);
                    sums[a] += distance;
                    sums[b] += distance;
                }
            }
        }
        return sums;
    }

    private static double distance(float[] a, float[] b) {
        double squares = 0;
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            double difference = (i < a.length ? a[i] : 0) - (double) (i < b.length ? b[i] : 0);
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }
}
