package io.espalier.pruning.sparsity;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Pruner;
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Channels first, for latency; then single weights of what is left, for size; then one fine-tuning for both. */
class HybridPruningTest {
    private final Dataset data = ToyImages.dataset(new SampleShape(1, 8, 8));
    private final Trainer trainer = new Dl4jTrainer(1);

    @Test
    void cutsHalfOfTheChannelsAndThenMostOfTheirWeights() {
        TrainingResult dense =
                trainer.train(request(network(), TrainingSettings.of(2, 1).fromScratch()));

        Graph narrow = halved(dense.graph());
        Masks masks = MagnitudeMasks.global(narrow, 0.7);
        TrainingResult hybrid =
                trainer.train(request(narrow, TrainingSettings.of(1, 1)).keepingZero(masks));

        assertThat(Costs.of(hybrid.graph()).macs())
                .isLessThan(Costs.of(dense.graph()).macs() / 2);
        assertThat(masks.applied(hybrid.graph())).as("the masks held").isEqualTo(hybrid.graph());
        assertThat(masks.sparsity()).isBetween(0.69, 0.71);
        assertThat(FileSize.of(hybrid.onnx()).gzipBytes())
                .isLessThan(FileSize.of(OnnxWriter.write(narrow)).gzipBytes() * 2 / 3);
        assertThat(accuracy(dense)).isGreaterThan(0.9);
        assertThat(accuracy(hybrid)).isGreaterThan(0.8);
    }

    private static Graph network() {
        NetworkBuilder net = new NetworkBuilder("toy", new Random(3));
        String x = net.relu(net.conv(net.input("input", 1, 8, 8), 16, 3, 1, 1));
        x = net.maxPool(net.relu(net.conv(x, 16, 3, 1, 1)), 2);
        return net.build(net.gemm(net.flatten(x), 4));
    }

    private static Graph halved(Graph graph) {
        DependencyGroups groups = DependencyGroups.of(graph);
        Map<String, int[]> kept = new LinkedHashMap<>();
        new L1Importance()
                .scores(groups)
                .forEach((id, scores) -> kept.put(id, TopChannels.keep(scores, scores.length / 2)));
        return Pruner.prune(groups, kept);
    }

    private TrainingRequest request(Graph graph, TrainingSettings settings) {
        return TrainingRequest.of(graph, data.train(), InputContract.RAW, settings);
    }

    private double accuracy(TrainingResult result) {
        try (OnnxClassifier model = OnnxClassifier.load(result.onnx(), 1)) {
            return Evaluator.evaluate(model, data.test(), InputContract.RAW).accuracy();
        }
    }
}
