package io.espalier.pruning.quantisation;

import io.espalier.pruning.data.ByteSamples;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.TappedModel;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.Graph;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What values the tensors of a network take on real samples.
 *
 * <p>Samples run twice: once for the extremes, once for the distribution between them. Memory is one histogram a tensor,
 * however many samples there are.
 *
 * <p>The network's input is not measured but known where samples are bytes: 0 to 255 through the input contract. It is
 * never cut, so that raw pixels keep their own 256 values, exactly.
 */
final class Calibration {
    private final Map<String, Histogram> inner;
    private final Map<String, Range> inputs;

    private Calibration(Map<String, Histogram> inner, Map<String, Range> inputs) {
        this.inner = inner;
        this.inputs = inputs;
    }

    /**
     * Measures these tensors.
     *
     * <p>Errors: {@link UnusableModelException} where one of them becomes infinite or NaN.
     */
    static Calibration of(Graph graph, List<String> tensors, Samples samples, InputContract contract, int threads) {
        Map<String, Range> inputs = new LinkedHashMap<>();
        Set<String> inner = new LinkedHashSet<>(tensors);
        if (inner.remove(graph.onlyInput().name())) {
            inputs.put(graph.onlyInput().name(), inputRange(samples, contract));
        }
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        if (!inner.isEmpty()) {
            try (TappedModel taps = TappedModel.open(graph, inner, threads)) {
                Map<String, Range> extremes = new LinkedHashMap<>();
                taps.run(
                        samples,
                        contract,
                        (tensor, values) -> extremes.merge(tensor, extremes(tensor, values), Range::and));
                extremes.forEach((tensor, range) -> histograms.put(tensor, new Histogram(range)));
                taps.run(samples, contract, (tensor, values) -> count(histograms, tensor, values));
            }
        }
        return new Calibration(histograms, inputs);
    }

    /** The range of every measured tensor under a way of clipping. */
    Map<String, Range> ranges(Clipping clipping) {
        Map<String, Range> ranges = new LinkedHashMap<>(inputs);
        inner.forEach((tensor, histogram) -> ranges.put(tensor, clipping.range(histogram)));
        return ranges;
    }

    private static Range extremes(String tensor, FloatBuffer values) {
        float low = 0;
        float high = 0;
        while (values.hasRemaining()) {
            float value = values.get();
            if (!Float.isFinite(value)) {
                throw new UnusableModelException("Tensor '" + tensor + "' becomes " + value
                        + " on a calibration sample: the model or its input contract is broken");
            }
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return new Range(low, high);
    }

    private static void count(Map<String, Histogram> histograms, String tensor, FloatBuffer values) {
        Histogram histogram = histograms.get(tensor);
        while (histogram != null && values.hasRemaining()) {
            histogram.add(values.get());
        }
    }

    private static Range inputRange(Samples samples, InputContract contract) {
        float[] values = new float[samples.shape().values()];
        Range range = new Range(0, 0);
        if (samples instanceof ByteSamples) {
            for (float extreme : new float[] {0, 255}) {
                Arrays.fill(values, extreme);
                contract.applyPlanar(samples.shape(), values, 0);
                range = range.and(extremes("input", FloatBuffer.wrap(values)));
            }
            return range;
        }
        for (int i = 0; i < samples.size(); i++) {
            samples.copyRaw(i, values, 0);
            contract.applyPlanar(samples.shape(), values, 0);
            range = range.and(extremes("input", FloatBuffer.wrap(values)));
        }
        return range;
    }
}
