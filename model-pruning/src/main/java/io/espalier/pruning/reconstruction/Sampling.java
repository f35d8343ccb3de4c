package io.espalier.pruning.reconstruction;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.graph.Shapes;
import java.util.Random;
import java.util.Set;

/**
 * Looks at a layer in both networks at places drawn at random, as many in each sample.
 *
 * <p><b>Cost:</b> both networks run on every sample. Memory: at most 8,388,608 numbers read, and as many for each
 * intermediate result of a fit and for a batch of tensors, whatever the layer; a layer that reads more is seen at fewer places.
 */
final class Sampling {
    private static final int LARGEST_BATCH = 32;
    private static final int MOST_NUMBERS = 1 << 23;
    private static final int FEWEST_ROWS = 8192;
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

    /** What the layer reads and gives in the pruned network, and what it should give. */
    Observations observe(LayerPair pair) {
        LinearLayer layer = pair.layer();
        int affordable = MOST_NUMBERS / Math.max(layer.columns(), layer.outputs());
        int seen = Math.max(1, Math.min(samples.size(), Math.min(affordable, MOST_ROWS)));
        int wanted = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, ROWS_FOR_EACH_UNKNOWN * layer.unknowns()));
        int places = layer.positions().count();
        int each = Math.max(1, Math.min(places, Math.min(affordable / seen, (wanted + seen - 1) / seen)));
        Rows rows = Rows.empty(seen * each, layer);
        fill(rows, pair, seen, each);
        int fitted = (int) (FITTED * seen) * each;
        return new Observations(
                rows.range(0, fitted),
                rows.range(fitted, rows.count()),
                pair.comparison().bounds());
    }

    private static int batch(LayerPair pair) {
        Shapes cut = Shapes.infer(pair.pruned());
        String compared = pair.comparison().tensor();
        long perSample = Shapes.infer(pair.unpruned()).of(compared).elements()
                + cut.of(compared).elements()
                + cut.of(pair.source()).elements();
        return (int) Math.max(1, Math.min(LARGEST_BATCH, MOST_NUMBERS / perSample));
    }

    private void fill(Rows rows, LayerPair pair, int seen, int each) {
        String compared = pair.comparison().tensor();
        ModelInput input = ModelInput.of(pair.pruned());
        int size = input.shape().values();
        int batch = batch(pair);
        float[] values = new float[batch * size];
        Random random = new Random(seed);
        try (TensorReader dense = TensorReader.of(pair.unpruned(), Set.of(compared), threads);
                TensorReader cut = TensorReader.of(pair.pruned(), Set.of(compared, pair.source()), threads)) {
            for (int from = 0; from < seen; from += batch) {
                int count = Math.min(batch, seen - from);
                for (int i = 0; i < count; i++) {
                    contract.write(samples, from + i, input.layout(), values, i * size);
                }
                TensorReader.Values wanted = dense.read(values, count);
                TensorReader.Values actual = cut.read(values, count);
                for (int i = 0; i < count; i++) {
                    int[] drawn = Samples.shuffled(pair.layer().positions().count(), random.nextLong());
                    for (int p = 0; p < each; p++) {
                        pair.record(
                                drawn[p],
                                actual.of(pair.source(), i),
                                actual.of(compared, i),
                                wanted.of(compared, i),
                                rows,
                                (from + i) * each + p);
                    }
                }
            }
        }
    }
}
