package io.espalier.pruning.evaluation;

import io.espalier.pruning.evaluation.Metric.Better;
import io.espalier.pruning.evaluation.Metric.Unit;
import java.util.List;

/**
 * How well a model does on labelled samples.
 *
 * @param macroF1 mean over the classes that occur in the samples; 0 for one that is never found. A class that does not
 *     occur is left out, also where the model says it: that costs recall of the class that it was said of
 * @param loss mean cross-entropy in nats
 * @param confusion which classes were taken for which
 */
public record Evaluation(int samples, double accuracy, double macroF1, double loss, ConfusionMatrix confusion)
        implements Quality {
    @Override
    public double score() {
        return accuracy;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                new Metric("accuracy", "accuracy", accuracy, Unit.SHARE, Better.MORE),
                new Metric("macroF1", "macro-F1", macroF1, Unit.SHARE, Better.MORE),
                new Metric("loss", "loss (cross-entropy)", loss, Unit.NATS, Better.LESS));
    }
}
