package io.espalier.pruning.importance;

import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.LayerWeights;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Share of large weights: {@code s_m[c]} is the part of the weights that make channel c, and of those that read it, with
 * {@code |w| > theta}; weights with {@code |w| <= theta} are those a magnitude threshold would remove.
 *
 * <p>Theta is given, or a percentile of |w| by nearest rank: the smallest magnitude that at least p % of the weights do
 * not exceed. Batch normalisations are folded first. Members are combined as in {@link GroupScores}.
 *
 * <p>Value: the share for the weights that make the channel, 0 to 1. A threshold of 0 cuts exactly the channels all of
 * whose weights are at most theta.
 *
 * <p>Source: Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks", section 3 (weights
 * below a threshold go), by channel. Cost: one sort of the magnitudes.
 */
public final class PercentileImportance implements AbsoluteImportance {
    private final WeightThreshold threshold;

    public PercentileImportance(WeightThreshold threshold) {
        this.threshold = threshold;
    }

    @Override
    public String name() {
        return "percentile";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        DependencyGroups folded = WeightScores.folded(groups);
        return WeightScores.relative(folded, shareAbove(thetas(folded.graph())));
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        DependencyGroups folded = WeightScores.folded(groups);
        return WeightScores.absolute(folded, shareAbove(thetas(folded.graph())));
    }

    private static WeightScores.Says shareAbove(Map<String, Double> thetas) {
        return (group, member, weights) -> Optional.ofNullable(thetas.get(member.tensor()))
                .map(theta -> weights.means(i -> Math.abs(weights.at(i)) > theta ? 1 : 0));
    }

    /** Theta for each layer's weights, by the name of the constant. */
    private Map<String, Double> thetas(Graph graph) {
        Map<String, float[]> magnitudes = new LinkedHashMap<>();
        LayerWeights.of(graph).forEach((name, weights) -> magnitudes.put(name, magnitudes(weights)));
        Map<String, Double> thetas = new HashMap<>();
        if (threshold instanceof WeightThreshold.Given given) {
            magnitudes.keySet().forEach(name -> thetas.put(name, given.theta()));
        } else if (threshold instanceof WeightThreshold.OfLayer layer) {
            magnitudes.forEach(
                    (name, layerMagnitudes) -> thetas.put(name, percentile(List.of(layerMagnitudes), layer.percent())));
        } else if (threshold instanceof WeightThreshold.OfNetwork network) {
            double theta = percentile(magnitudes.values(), network.percent());
            magnitudes.keySet().forEach(name -> thetas.put(name, theta));
        }
        return thetas;
    }

    private static float[] magnitudes(Tensor weights) {
        float[] magnitudes = weights.floats();
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = Math.abs(magnitudes[i]);
        }
        return magnitudes;
    }

    private static double percentile(Collection<float[]> magnitudes, double percent) {
        int count = magnitudes.stream().mapToInt(part -> part.length).sum();
        float[] sorted = new float[count];
        int filled = 0;
        for (float[] part : magnitudes) {
            System.arraycopy(part, 0, sorted, filled, part.length);
            filled += part.length;
        }
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[(int) Math.ceil(percent / 100 * count) - 1];
    }
}
