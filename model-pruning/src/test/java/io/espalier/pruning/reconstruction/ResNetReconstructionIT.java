package io.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.PaddedShortcuts;
import io.espalier.pruning.graph.Pruner;
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.onnx.RealModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResNetReconstructionIT {
    @TempDir
    static Path cache;

    @Test
    void bringsBackAccuracy() {
        Graph graph = PaddedShortcuts.toConvolutions(BatchNormFolding.fold(RealModels.read("resnet8-cifar10.onnx")));
        Dataset cifar = Datasets.open(
                Path.of(String.valueOf(System.getenv("ESPALIER_DATA")), "cifar10-jpeg.zip"),
                DatasetOptions.defaults().expecting(new SampleShape(3, 32, 32)).cachingIn(cache));
        int[] order = Samples.shuffled(cifar.train().size(), 7);
        Samples held = cifar.train().select(Arrays.copyOf(order, 1000));
        Samples some = cifar.train().select(Arrays.copyOfRange(order, 1000, 1512));
        System.out.printf("unpruned %.3f%n", accuracy(graph, held));
        for (int removed : new int[] {25, 50, 65}) {
            DependencyGroups groups = DependencyGroups.of(graph);
            Map<String, double[]> scores = new L1Importance().scores(groups);
            Map<String, int[]> kept = new LinkedHashMap<>();
            for (ChannelGroup group : groups.prunable()) {
                int width = Math.max(1, (int) Math.round(group.size() * (100 - removed) / 100.0));
                kept.put(group.id(), TopChannels.keep(Objects.requireNonNull(scores.get(group.id())), width));
            }
            Graph pruned = Pruner.prune(groups, kept);
            System.out.printf("%d %% removed: %.3f", removed, accuracy(pruned, held));
            Reconstruction reconstruction = new Reconstruction(groups, kept, some, InputContract.RAW, 7, 1);
            for (Reconstruction.Method method : Reconstruction.Method.values()) {
                long t = System.nanoTime();
                Reconstruction.Result result = reconstruction.mend(pruned, method);
                System.out.printf(", %s %.3f (%.1f s)", method, accuracy(result.graph(), held), (System.nanoTime() - t) / 1e9);
                if (method == Reconstruction.Method.LEAST_SQUARES) {
                    result.layers().forEach(l -> System.out.println("\n  " + l));
                }
            }
            System.out.println();
        }
        assertThat(true).isTrue();
    }

    private static double accuracy(Graph graph, Samples samples) {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.evaluate(model, samples, InputContract.RAW).accuracy();
        }
    }
}
