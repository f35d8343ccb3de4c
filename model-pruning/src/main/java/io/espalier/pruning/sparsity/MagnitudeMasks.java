package io.espalier.pruning.sparsity;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.LayerWeights;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Masks the weights of smallest magnitude.
 *
 * <p>Only weights of layers (Conv, Gemm, MatMul) are masked, never biases. Exactly the asked share goes, rounded to a
 * whole number of weights; of equal magnitudes the earlier one goes first. The largest weight of each layer stays, so that
 * no layer is cut off. Cost: one sort of all weights, and one of each layer's where layers are adapted to.
 *
 * <p>Source: Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks", section 3.
 */
public final class MagnitudeMasks {
    private MagnitudeMasks() {}

    /**
     * The smallest of all weights together: layers of small weights lose more than others.
     *
     * @param sparsity share of all layers' weights to hold at zero, from 0 to below 1
     */
    public static Masks global(Graph graph, double sparsity) {
        return smallest(LayerWeights.of(graph), MagnitudeMasks::magnitudes, sparsity);
    }

    /**
     * The weights that are the smallest share of what their layer would have left: {@code w^2} over the sum of the squares of the layer's
     * weights that are no smaller. Layers of any scale are compared by it, and the last of a layer go late.
     *
     * <p>Source: Lee et al. 2021, "Layer-adaptive Sparsity for the Magnitude-based Pruning", equation 4.
     *
     * @param sparsity share of all layers' weights to hold at zero, from 0 to below 1
     */
    public static Masks layerAdaptive(Graph graph, double sparsity) {
        return smallest(LayerWeights.of(graph), MagnitudeMasks::sharesOfRest, sparsity);
    }

    /**
     * The smallest weights of each layer, the same share of each.
     *
     * @param sparsity share of a layer's weights to hold at zero, from 0 to below 1
     */
    public static Masks perLayer(Graph graph, double sparsity) {
        Map<String, Mask> masks = new LinkedHashMap<>();
        LayerWeights.of(graph)
                .forEach((name, weights) ->
                        masks.putAll(smallest(Map.of(name, weights), MagnitudeMasks::magnitudes, sparsity)
                                .byConstant()));
        return new Masks(masks);
    }

    private static Masks smallest(Map<String, Tensor> layers, Function<Tensor, float[]> scoring, double sparsity) {
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalArgumentException("The sparsity is " + sparsity + ": from 0 to below 1 is possible");
        }
        Map<String, float[]> scores = new LinkedHashMap<>();
        layers.forEach((name, weights) -> scores.put(name, scoring.apply(weights)));
        float[] sorted = sorted(scores);
        int going = (int) Math.min(sorted.length - layers.size(), Math.round(sparsity * sorted.length));
        if (going <= 0) {
            return Masks.NONE;
        }
        float limit = sorted[going - 1];
        int ties = going;
        for (int i = 0; i < going && sorted[i] < limit; i++) {
            ties--;
        }
        return masks(scores, limit, ties);
    }

    /** Masks what is below the limit, and the first {@code ties} of what is equal to it. */
    private static Masks masks(Map<String, float[]> scores, float limit, int ties) {
        Map<String, Mask> masks = new LinkedHashMap<>();
        int left = ties;
        for (Map.Entry<String, float[]> layer : scores.entrySet()) {
            float[] values = layer.getValue();
            BitSet zeros = new BitSet(values.length);
            for (int i = 0; i < values.length; i++) {
                if (values[i] < limit || (values[i] == limit && left-- > 0)) {
                    zeros.set(i);
                }
            }
            masks.put(layer.getKey(), new Mask(values.length, zeros));
        }
        return new Masks(masks);
    }

    private static float[] sorted(Map<String, float[]> scores) {
        float[] sorted = new float
                [scores.values().stream().mapToInt(layer -> layer.length).sum()];
        int filled = 0;
        for (float[] layer : scores.values()) {
            System.arraycopy(layer, 0, sorted, filled, layer.length);
            filled += layer.length;
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** Magnitudes to choose by; the largest counts as infinite, so that it is never among those that go. */
    private static float[] magnitudes(Tensor weights) {
        float[] magnitudes = weights.floats();
        int largest = 0;
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = Math.abs(magnitudes[i]);
            largest = magnitudes[i] > magnitudes[largest] ? i : largest;
        }
        if (magnitudes.length > 0) {
            magnitudes[largest] = Float.POSITIVE_INFINITY;
        }
        return magnitudes;
    }

    /** As {@link #magnitudes}, with each weight's share of those of its layer that are no smaller. */
    private static float[] sharesOfRest(Tensor weights) {
        float[] sorted = weights.floats();
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = Math.abs(sorted[i]);
        }
        Arrays.sort(sorted);
        double[] restFrom = new double[sorted.length];
        double rest = 0;
        for (int i = sorted.length - 1; i >= 0; i--) {
            rest += (double) sorted[i] * sorted[i];
            restFrom[i] = rest;
        }
        // Equal weights have equal shares, whichever of them the search below finds.
        for (int i = 1; i < sorted.length; i++) {
            restFrom[i] = sorted[i] == sorted[i - 1] ? restFrom[i - 1] : restFrom[i];
        }
        float[] shares = magnitudes(weights);
        for (int i = 0; i < shares.length; i++) {
            if (shares[i] > 0 && Float.isFinite(shares[i])) {
                double square = (double) shares[i] * shares[i];
                shares[i] = (float) (square / restFrom[Arrays.binarySearch(sorted, shares[i])]);
            }
        }
        return shares;
    }
}
