package io.espalier.pruning.reconstruction;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fits the layers of a pruned network, one after another in the order of the graph, to the unpruned network on samples:
 * each layer sees what the layers before it, already fitted, now give it.
 *
 * <p>Least squares hold a layer's outputs against the unpruned ones as the activation behind it cuts them. Where a layer
 * is the last to arrive at an addition they compare the sum instead, so that the layer also makes up for what the other
 * summand has lost.
 */
public final class Reconstruction {
    /** Layers nearer than this to the unpruned network are left alone. */
    private static final double NEAR_ENOUGH = 1e-5;

    private static final int LEAST_ROWS = 40;

    private final LeastSquaresFit fit = new LeastSquaresFit();
    private final Graph unpruned;
    private final Shapes shapes;
    private final KeptOutputs kept;
    private final Sampling sampling;

    /**
     * @param unpruned groups of the network to come near to
     * @param cut groups of what channels were cut from: the unpruned network, or that without some of its blocks
     * @param kept channels by id of the groups of {@code cut}, as the pruned network was made
     * @param samples to fit to, labelled or not; some hundreds do, four fifths to fit and one to judge
     */
    public Reconstruction(
            DependencyGroups unpruned,
            DependencyGroups cut,
            Map<String, int[]> kept,
            Samples samples,
            InputContract contract,
            long seed,
            int threads) {
        contract.requireFits(samples.shape());
        this.unpruned = unpruned.graph();
        this.shapes = unpruned.shapes();
        this.kept = new KeptOutputs(cut.all(), kept);
        this.sampling = new Sampling(samples, contract, seed, threads);
    }

    /**
     * Mends the network that was made by keeping these channels; the same input gives the same weights.
     *
     * <p><b>Cost:</b> for each layer one pass of the samples through both networks, and some n p min(n, p)
     * multiplications for n places seen and p weights an output. Memory is bounded, see {@link Sampling}. <b>Errors:</b>
     * {@link io.espalier.pruning.evaluation.UnusableModelException} where ONNX Runtime cannot run a graph;
     * {@link IllegalArgumentException} where the network was pruned otherwise.
     */
    public Reconstructed mend(Graph pruned) {
        Shapes prunedShapes = Shapes.infer(pruned);
        Graph current = pruned;
        List<FittedLayer> report = new ArrayList<>();
        for (Node node : pruned.nodes()) {
            if (Operators.isLayer(node)) {
                Step step = mend(current, prunedShapes, node);
                current = step.graph();
                report.add(step.layer());
            }
        }
        return new Reconstructed(current, report);
    }

    private record Step(Graph graph, FittedLayer layer) {}

    private Step mend(Graph pruned, Shapes prunedShapes, Node node) {
        Optional<String> obstacle = obstacle(pruned, node);
        if (obstacle.isPresent()) {
            return new Step(pruned, FittedLayer.untouched(node.name(), obstacle.get()));
        }
        LayerPair pair = pair(pruned, prunedShapes, node);
        LinearLayer layer = pair.layer();
        Observations seen = sampling.observe(pair);
        int rows = seen.fitted().count();
        if (rows < LEAST_ROWS) {
            String why = "it was seen at " + rows + " places only; give more samples";
            return new Step(pruned, FittedLayer.untouched(node.name(), why));
        }
        double before = seen.relativeError(layer, Update.none(layer));
        if (before < NEAR_ENOUGH) {
            return new Step(pruned, FittedLayer.untouched(node.name(), "it computes what it did"));
        }
        Update update = fit.fit(layer, seen);
        double after = seen.relativeError(layer, update);
        return new Step(layer.apply(pruned, update), FittedLayer.fitted(node.name(), rows, before, after));
    }

    private LayerPair pair(Graph pruned, Shapes prunedShapes, Node node) {
        LinearLayer layer = LinearLayer.of(pruned, prunedShapes, node);
        LinearLayer original = LinearLayer.of(unpruned, shapes, unpruned.node(node.name()));
        int[] left = kept.of(node.name(), original.outputs());
        if (left.length != layer.outputs()) {
            throw new IllegalArgumentException("Layer '" + node.name() + "' has " + layer.outputs() + " outputs, but "
                    + left.length + " are to be kept: the network was pruned otherwise");
        }
        return new LayerPair(pruned, layer, unpruned, original, Comparison.whereUsed(pruned, prunedShapes, node), left);
    }

    private Optional<String> obstacle(Graph pruned, Node node) {
        return unpruned.nodes().stream()
                .filter(original -> original.name().equals(node.name()))
                .findFirst()
                .map(original -> LinearLayer.obstacle(pruned, node).or(() -> LinearLayer.obstacle(unpruned, original)))
                .orElse(Optional.of("the unpruned model does not have it"));
    }
}
