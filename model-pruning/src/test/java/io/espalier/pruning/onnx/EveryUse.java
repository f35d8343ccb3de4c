package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.BlockDropper;
import io.espalier.pruning.graph.ChainLayers;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.PaddedShortcuts;
import io.espalier.pruning.graph.Pruner;
import io.espalier.pruning.graph.ResidualBlocks;
import io.espalier.pruning.graph.Shapes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Does with a model what the product does before it trains. */
final class EveryUse {
    private EveryUse() {}

    /** Whether the model was accepted; if so, everything that is done with models must work. */
    static boolean of(byte[] bytes) {
        try {
            Graph graph = OnnxReader.read(bytes);
            DependencyGroups groups = DependencyGroups.of(graph);
            Costs.of(Pruner.prune(groups, firstHalf(groups)));
            Shapes.infer(BatchNormFolding.fold(graph));
            Shapes.infer(PaddedShortcuts.toConvolutions(graph));
            Shapes.infer(BlockDropper.drop(graph, ResidualBlocks.find(groups)));
            Shapes.infer(BlockDropper.drop(graph, ChainLayers.find(groups)));
            return OnnxReader.read(OnnxWriter.write(graph)).nodes().size() > 0;
        } catch (InvalidModelException expected) {
            return false;
        }
    }

    private static Map<String, int[]> firstHalf(DependencyGroups groups) {
        Map<String, int[]> kept = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            int[] channels = new int[(group.size() + 1) / 2];
            for (int i = 0; i < channels.length; i++) {
                channels[i] = i;
            }
            kept.put(group.id(), channels);
        }
        return groups.withoutGaps(kept);
    }
}
