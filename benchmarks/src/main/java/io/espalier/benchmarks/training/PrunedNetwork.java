package io.espalier.benchmarks.training;

import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.reconstruction.Reconstruction;
import io.espalier.pruning.sparsity.MagnitudeMasks;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network with some of its channels cut, and some of the remaining weights held at zero, in one go.
 *
 * @param sparsity share of the remaining weights to hold at zero, the smallest shares of what their layers would have left
 */
record PrunedNetwork(DependencyGroups groups, Map<String, int[]> kept, Graph graph, double sparsity) {
    private static final int FITTED_SAMPLES = 512;

    /** Keeps the same share of every layer's channels, the best by a criterion. */
    static PrunedNetwork uniform(Graph dense, Importance importance, double share) {
        return best(
                dense,
                importance,
                PrunableNetwork.of(dense).groups().stream()
                        .mapToInt(group -> Math.max(1, (int) Math.round(group.size() * share)))
                        .toArray());
    }

    /** Keeps so many channels of each group, the best by a criterion. */
    static PrunedNetwork best(Graph dense, Importance importance, int[] widths) {
        PrunableNetwork network = PrunableNetwork.of(dense);
        DependencyGroups groups = DependencyGroups.of(network.folded());
        Map<String, double[]> scores = importance.scores(groups);
        Map<String, int[]> kept = new LinkedHashMap<>();
        for (int g = 0; g < widths.length; g++) {
            String group = network.groups().get(g).id();
            kept.put(group, TopChannels.keep(Objects.requireNonNull(scores.get(group)), widths[g]));
        }
        return keeping(dense, groups, kept);
    }

    /** Keeps these channels of each group. */
    static PrunedNetwork keeping(Graph dense, DependencyGroups groups, Map<String, int[]> kept) {
        PrunableNetwork network = PrunableNetwork.of(dense);
        List<int[]> inOrder = new ArrayList<>();
        for (ChannelGroup group : network.groups()) {
            inOrder.add(Objects.requireNonNull(kept.get(group.id())));
        }
        return new PrunedNetwork(groups, kept, network.keeping(inOrder), 0);
    }

    PrunedNetwork withZeros(double share) {
        return new PrunedNetwork(groups, kept, graph, share);
    }

    /** Fits the layers behind the cuts, then trains with a teacher as the settings say; gives the ONNX file. */
    byte[] fineTuned(Subject subject, byte[] teaching, Dataset data, TrainingSettings settings, PrintStream log) {
        Graph fitted = fitted(subject, data, settings.seed());
        try (OnnxClassifier teacher = OnnxClassifier.load(teaching, 1)) {
            return new Dl4jTrainer(1)
                    .train(TrainingRequest.of(fitted, data.train(), subject.contract(), settings)
                            .taughtBy(teacher)
                            .keepingZero(MagnitudeMasks.layerAdaptive(fitted, sparsity))
                            .watchedBy(new LoggedProgress(log)))
                    .onnx();
        }
    }

    /** With the layers behind the cuts fitted, and nothing trained. */
    Graph fitted(Subject subject, Dataset data, long seed) {
        return new Reconstruction(
                        groups, groups, kept, data.train().draw(FITTED_SAMPLES, seed), subject.contract(), seed, 1)
                .mend(graph)
                .graph();
    }

    /** Trains it by labels alone; gives the ONNX file. */
    byte[] trained(Subject subject, Dataset data, TrainingSettings settings, PrintStream log) {
        return new Dl4jTrainer(1)
                .train(TrainingRequest.of(graph, data.train(), subject.contract(), settings)
                        .watchedBy(new LoggedProgress(log)))
                .onnx();
    }

    Costs costs() {
        return Costs.of(graph);
    }
}
