package io.espalier.benchmarks.training;

import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.reconstruction.Reconstruction;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The source document's CNN with the same share of channels left in every layer. */
record PrunedNetwork(DependencyGroups groups, Map<String, int[]> kept, Graph graph) {
    private static final int FITTED_SAMPLES = 512;
    private static final double TEACHER_SHARE = 0.5;
    private static final double TEMPERATURE = 3;

    /** Keeps the best channels by a criterion. */
    static PrunedNetwork uniform(Graph dense, Importance importance, double share) {
        PrunableNetwork network = PrunableNetwork.of(dense);
        DependencyGroups groups = DependencyGroups.of(network.folded());
        Map<String, double[]> scores = importance.scores(groups);
        Map<String, int[]> kept = new LinkedHashMap<>();
        List<int[]> inOrder = new ArrayList<>();
        for (ChannelGroup group : network.groups()) {
            int width = Math.max(1, (int) Math.round(group.size() * share));
            int[] channels = TopChannels.keep(Objects.requireNonNull(scores.get(group.id())), width);
            kept.put(group.id(), channels);
            inOrder.add(channels);
        }
        return new PrunedNetwork(groups, kept, network.keeping(inOrder));
    }

    /** Fits the layers behind the cuts, then trains with the dense network as the teacher. */
    Result fineTuned(DenseCnn dense, Dataset data, int epochs, int seed, PrintStream log) {
        Graph fitted = new Reconstruction(
                        groups,
                        groups,
                        kept,
                        data.train().draw(FITTED_SAMPLES, seed),
                        Subject.SOURCE_CNN.contract(),
                        seed,
                        1)
                .mend(graph, Reconstruction.Method.LEAST_SQUARES)
                .graph();
        try (OnnxClassifier teacher = OnnxClassifier.load(dense.onnx(), 1)) {
            TrainingSettings settings = TrainingSettings.of(epochs, seed).withDistillation(TEACHER_SHARE, TEMPERATURE);
            byte[] onnx = new Dl4jTrainer(1)
                    .train(TrainingRequest.of(fitted, data.train(), Subject.SOURCE_CNN.contract(), settings)
                            .taughtBy(teacher)
                            .watchedBy(new LoggedProgress(log)))
                    .onnx();
            Costs costs = Costs.of(graph);
            return new Result(onnx, costs.parameters(), costs.macs());
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Result(byte[] onnx, long parameters, long macs) {
        double accuracy(Samples samples) {
            try (OnnxClassifier model = OnnxClassifier.load(onnx, 1)) {
                return Evaluator.evaluate(model, samples, Subject.SOURCE_CNN.contract())
                        .accuracy();
            }
        }
    }
}
