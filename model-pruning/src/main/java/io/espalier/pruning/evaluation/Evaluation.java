package io.espalier.pruning.evaluation;

/**
 * How well a model does on labelled samples.
 *
 * @param macroF1 mean over the classes that occur
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
    public String measure() {
        return "accuracy";
    }
}
