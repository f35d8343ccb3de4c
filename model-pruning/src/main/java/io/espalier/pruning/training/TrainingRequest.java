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
 * @param teacher the unpruned model, which tells what it thinks of the samples beside their labels; none: labels only
 * @param matched a model whose outputs are all there is to learn from: labels are not looked at
 * @param masks weights that are zero and stay zero, by the constants of the folded graph
 * @param listener hears of progress, at most a few times a second
 * @param turns asked for a turn before each slice of work of about a second: the sooner all let go, the less they wait for each other
 */
public record TrainingRequest(
        Graph graph,
        Samples samples,
        InputContract contract,
        TrainingSettings settings,
        @Nullable OnnxClassifier teacher,
        @Nullable OnnxModel matched,
        Masks masks,
        TrainingListener listener,
        Turns turns) {

    /** A run without a teacher that nobody watches. */
    public static TrainingRequest of(Graph graph, Samples samples, InputContract contract, TrainingSettings settings) {
        return new TrainingRequest(graph, samples, contract, settings, null, null, Masks.NONE, progress -> {}, Turns.ALWAYS);
    }

    public TrainingRequest taughtBy(@Nullable OnnxClassifier model) {
        return new TrainingRequest(graph, samples, contract, settings, model, matched, masks, listener, turns);
    }

    /** Learns from another model's outputs alone. */
    public TrainingRequest matching(OnnxModel model) {
        return new TrainingRequest(graph, samples, contract, settings, teacher, model, masks, listener, turns);
    }

    public TrainingRequest keepingZero(Masks zeros) {
        return new TrainingRequest(graph, samples, contract, settings, teacher, matched, zeros, listener, turns);
    }

    public TrainingRequest watchedBy(TrainingListener watcher) {
        return new TrainingRequest(graph, samples, contract, settings, teacher, matched, masks, watcher, turns);
    }

    public TrainingRequest takingTurns(Turns takenTurns) {
        return new TrainingRequest(graph, samples, contract, settings, teacher, matched, masks, listener, takenTurns);
    }
}
