package io.espalier.pruning.reconstruction;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.graph.Graph;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Looks at a layer in both networks at places drawn at random, as many in each sample.
 *
 * <p><b>Cost:</b> both networks run on every sample. Memory: at most 8,388,608 numbers read, and as many for each
 * intermediate result of a fit, whatever the layer; a layer that reads more is seen at fewer places.
 */
final class Sampling {
    private static final int BATCH = 32;
    private static final int MOST_NUMBERS = 1 << 23;
    private static final int FEWEST_ROWS = 4096;
    private static final int MOST_ROWS = 16_384;
    private static final int ROWS_FOR_EACH_UNKNOWN = 12;
    private static final double FITTED = 0.8;

    private final Samples samples;
    private final InputContract contract;
    private final long seed;
    private final int threads;

    Sampling(Samples samples, InputContract contract, long seed, int threads) {
        this.samples = samples.select(Samples.shuffled(samples.size(), seed));
        this.contract = contract;
        this.seed = seed;
        this.threads = threads;
    }

    /**
     * What the layer reads and gives in the pruned network, and what it should give.
     *
     * @param compared the tensor at which outputs are compared, shaped like the layer's output
     * @param original the same layer in the unpruned network
     * @param kept for each output the place of the same output in the unpruned network
     */
    Observations observe(
            Graph pruned, LinearLayer layer, String compared, Graph unpruned, LinearLayer original, int[] kept) {
        int places = layer.positions().count();
        int affordable = MOST_NUMBERS / Math.max(layer.columns(), layer.outputs());
        int seen = Math.max(1, Math.min(samples.size(), Math.min(affordable, MOST_ROWS)));
        int wanted = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, ROWS_FOR_EACH_UNKNOWN * layer.unknowns()));
        int each = Math.max(1, Math.min(places, Math.min(affordable / seen, (wanted + seen - 1) / seen)));
        Observations observations = new Observations(
                new double[seen * each][layer.columns()],
                new double[seen * each][layer.outputs()],
                new double[seen * each][layer.outputs()],
                (int) (FITTED * seen) * each);
        ModelInput input = ModelInput.of(pruned);
        int size = input.shape().values();
        float[] values = new float[BATCH * size];
        Random random = new Random(seed);
        try (TensorReader dense = TensorReader.of(unpruned, Set.of(compared), threads);
                TensorReader cut = TensorReader.of(pruned, Set.of(compared, layer.node().input()), threads)) {
            for (int from = 0; from < seen; from += BATCH) {
                int count = Math.min(BATCH, seen - from);
                for (int i = 0; i < count; i++) {
                    contract.write(samples, from + i, input.layout(), values, i * size);
                }
                Map<String, float[]> wantedValues = dense.read(values, count);
                Map<String, float[]> actualValues = cut.read(values, count);
                for (int i = 0; i < count; i++) {
                    int[] drawn = Samples.shuffled(places, random.nextLong());
                    for (int p = 0; p < each; p++) {
                        int row = (from + i) * each + p;
                        read(actualValues, layer.node().input(), count, i, layer, drawn[p], observations.read()[row]);
                        for (int o = 0; o < layer.outputs(); o++) {
                            observations.wanted()[row][o] =
                                    output(wantedValues, compared, count, i, original, drawn[p], kept[o]);
                            observations.actual()[row][o] =
                                    output(actualValues, compared, count, i, layer, drawn[p], o);
                        }
                    }
                }
            }
        }
        return observations;
    }

    private static void read(
            Map<String, float[]> values, String tensor, int count, int sample, LinearLayer layer, int place, double[] row) {
        float[] all = Objects.requireNonNull(values.get(tensor), tensor);
        layer.positions().read(all, sample * (all.length / count), place, row);
    }

    private static double output(
            Map<String, float[]> values, String tensor, int count, int sample, LinearLayer layer, int place, int output) {
        float[] all = Objects.requireNonNull(values.get(tensor), tensor);
        return all[sample * (all.length / count) + layer.positions().outputAt(place, output)];
    }
}
