package io.espalier.pruning.evaluation;

import io.espalier.pruning.evaluation.Metric.Better;
import io.espalier.pruning.evaluation.Metric.Unit;
import java.util.List;

/**
 * How near a model's outputs are to those of another model on the same samples, averaged over the outputs.
 *
 * @param rSquared share of the variation of an output around its mean that the model explains: 1 is the same, 0 is no
 *     better than the mean, and there is no bottom
 * @param relativeError norm of an output's difference by the norm of the output
 */
public record Agreement(int samples, double rSquared, double relativeError) implements Quality {
    @Override
    public double score() {
        return rSquared;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                new Metric("rSquared", "R²", rSquared, Unit.SHARE, Better.MORE),
                new Metric("relativeError", "relative error", relativeError, Unit.SHARE, Better.LESS));
    }
}
