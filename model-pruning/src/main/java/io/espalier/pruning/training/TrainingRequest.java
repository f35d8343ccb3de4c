package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.sparsity.Masks;
import org.jspecify.annotations.Nullable;

/**
 * One training run.
 *
 * @param teacher the unpruned model. A classifier learns from it beside the labels, where there is one; for regression it
 *     is all there is to learn from, and labels are not looked at
 * @param masks weights that are zero and stay zero, by the constants of the folded graph
 * @param listener hears of progress, at most a few times a second
 * @param turns asked for a turn before each slice of work of about a second: the sooner all let go, the less they wait for each other
 */
public record TrainingRequest(
        Graph graph,
        Samples samples,
        InputContract contract,
        TrainingSettings settings,
        Purpose purpose,
        @Nullable OnnxModel teacher,
        Masks masks,
        TrainingListener listener,
        Turns turns) {

    public TrainingRequest {
        if (purpose == Purpose.REGRESSION && teacher == null) {
            throw new IllegalArgumentException("Regression needs a teacher: there is nothing else to learn from");
        }
    }

    /** A run on labels alone that nobody watches. */
    public static TrainingRequest of(Graph graph, Samples samples, InputContract contract, TrainingSettings settings) {
        return new TrainingRequest(
                graph,
                samples,
                contract,
                settings,
                Purpose.CLASSIFICATION,
                null,
                Masks.NONE,
                progress -> {},
                Turns.ALWAYS);
    }

    /** Learns what a classifier says of the samples, beside their labels. */
    public TrainingRequest taughtBy(OnnxClassifier classifier) {
        return new TrainingRequest(
                graph, samples, contract, settings, purpose, classifier.model(), masks, listener, turns);
    }

    /** Learns what a model gives for the samples, and nothing else. */
    public TrainingRequest matching(OnnxModel model) {
        return new TrainingRequest(
                graph, samples, contract, settings, Purpose.REGRESSION, model, masks, listener, turns);
    }

    public TrainingRequest keepingZero(Masks zeros) {
        return new TrainingRequest(graph, samples, contract, settings, purpose, teacher, zeros, listener, turns);
    }

    public TrainingRequest watchedBy(TrainingListener watcher) {
        return new TrainingRequest(graph, samples, contract, settings, purpose, teacher, masks, watcher, turns);
    }

    public TrainingRequest takingTurns(Turns takenTurns) {
        return new TrainingRequest(graph, samples, contract, settings, purpose, teacher, masks, listener, takenTurns);
    }
}
