package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shapes;

/**
 * Gives each output the mean and, unless only the bias is corrected, the standard deviation it has in the unpruned
 * network; no weights are fitted, so a handful of samples do.
 *
 * <p><b>Source:</b> Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section
 * 4.2, for the mean; the deviation is matched likewise.
 */
final class MomentFit implements LayerFit {
    /** A channel that hardly varies any more is not blown up without bound. */
    private static final double LARGEST_SCALE = 4;

    private final boolean deviations;

    MomentFit(boolean deviations) {
        this.deviations = deviations;
    }

    @Override
    public Comparison comparison(Graph graph, Shapes shapes, Node layer) {
        return Comparison.atOutput(layer);
    }

    @Override
    public Update fit(LinearLayer layer, Observations seen) {
        Update update = Update.none(layer);
        for (int o = 0; o < layer.outputs(); o++) {
            Moments wanted = Moments.of(seen.fitted().wanted(), o);
            Moments actual = Moments.of(seen.fitted().actual(), o);
            if (deviations && actual.deviation() > 0) {
                double scale = wanted.deviation() / actual.deviation();
                update.scale()[o] = Math.max(1 / LARGEST_SCALE, Math.min(LARGEST_SCALE, scale));
            }
            if (layer.bias().isPresent()) {
                update.offset()[o] = wanted.mean() - update.scale()[o] * actual.mean();
            }
        }
        return update;
    }

    private record Moments(double mean, double deviation) {
        static Moments of(double[][] rows, int column) {
            double sum = 0;
            double squares = 0;
            for (double[] row : rows) {
                sum += row[column];
                squares += row[column] * row[column];
            }
            double mean = sum / rows.length;
            return new Moments(mean, Math.sqrt(Math.max(0, squares / rows.length - mean * mean)));
        }
    }
}
