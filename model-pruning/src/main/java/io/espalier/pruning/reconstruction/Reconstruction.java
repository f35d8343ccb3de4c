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
 * <p>A layer's outputs before any activation are compared. Where a layer is the last to arrive at an addition, least
 * squares compare the sum instead, so that the layer also makes up for what the other summand has lost.
 */
public final class Reconstruction {
    /** Layers nearer than this to the unpruned network are left alone. */
    private static final double NEAR_ENOUGH = 1e-5;

    private static final int LEAST_ROWS = 40;

    /** How a layer is fitted. */
    public enum Method {
        /** New weights and biases by least squares. */
        LEAST_SQUARES(new LeastSquaresFit()),
        /** Mean and standard deviation of each channel by its scale and bias. */
        MOMENTS(new MomentFit(true)),
        /** Mean of each channel by its bias. */
        BIAS(new MomentFit(false));

        private final LayerFit fit;

        Method(LayerFit fit) {
            this.fit = fit;
        }
    }

    /**
     * The mended network.
     *
     * @param layers every layer in the order of the graph
     */
    public record Result(Graph graph, List<FittedLayer> layers) {
        public Result {
            layers = List.copyOf(layers);
        }

        /** Layers whose weights changed. */
        public long fitted() {
            return layers.stream()
                    .filter(layer -> layer.untouchedBecause().isEmpty())
                    .count();
        }
    }

    private final Graph unpruned;
    private final Shapes shapes;
    private final KeptOutputs kept;
    private final Sampling sampling;

    /**
     * @param groups of the unpruned network
     * @param kept channels by group id, as the pruned network was made
     * @param samples to fit to, labelled or not; some hundreds do, four fifths to fit and one to judge
     */
    public Reconstruction(
            DependencyGroups groups,
            Map<String, int[]> kept,
            Samples samples,
            InputContract contract,
            long seed,
            int threads) {
        contract.requireFits(samples.shape());
        this.unpruned = groups.graph();
        this.shapes = groups.shapes();
        this.kept = new KeptOutputs(groups.all(), kept);
        this.sampling = new Sampling(samples, contract, seed, threads);
    }

    /**
     * Mends the network that was made by keeping these channels; the same input gives the same weights.
     *
     * <p><b>Cost:</b> two passes of the samples through both networks for each layer, and per layer some n p min(n, p)
     * multiplications for n places and p weights an output; memory is bounded by {@link Sampling}. <b>Errors:</b>
     * {@link io.espalier.pruning.evaluation.UnusableModelException} where ONNX Runtime cannot run a graph.
     */
    public Result mend(Graph pruned, Method method) {
        Graph current = pruned;
        Shapes prunedShapes = Shapes.infer(pruned);
        List<FittedLayer> report = new ArrayList<>();
        for (Node node : pruned.nodes()) {
            if (!Operators.isLayer(node)) {
                continue;
            }
            Optional<String> obstacle = obstacle(current, node);
            if (obstacle.isPresent()) {
                report.add(FittedLayer.untouched(node.name(), obstacle.get()));
                continue;
            }
            LinearLayer layer = LinearLayer.of(current, prunedShapes, node);
            Observations seen = observe(current, prunedShapes, layer, method);
            if (seen.fitted() < LEAST_ROWS) {
                report.add(FittedLayer.untouched(
                        node.name(), "only " + seen.fitted() + " places were seen, at least " + LEAST_ROWS + " are needed"));
                continue;
            }
            double before = seen.relativeError(layer, Update.none(layer));
            if (before < NEAR_ENOUGH) {
                report.add(FittedLayer.untouched(node.name(), "it computes what it did"));
                continue;
            }
            Update update = method.fit.fit(layer, seen);
            current = layer.apply(current, update);
            report.add(new FittedLayer(
                    node.name(), seen.read().length, before, seen.relativeError(layer, update), Optional.empty()));
        }
        return new Result(current, report);
    }

    private Observations observe(Graph pruned, Shapes prunedShapes, LinearLayer layer, Method method) {
        Node node = layer.node();
        LinearLayer original = LinearLayer.of(unpruned, shapes, unpruned.node(node.name()));
        int[] left = kept.of(node.name(), original.outputs());
        if (left.length != layer.outputs()) {
            throw new IllegalArgumentException("Layer '" + node.name() + "' has " + layer.outputs() + " outputs, but "
                    + left.length + " are to be kept: the network was pruned otherwise");
        }
        String compared = method.fit.intoSums() ? Sums.comparedTensor(pruned, prunedShapes, node) : node.output();
        return sampling.observe(pruned, layer, compared, unpruned, original, left);
    }

    private Optional<String> obstacle(Graph pruned, Node node) {
        Optional<Node> original =
                unpruned.nodes().stream().filter(n -> n.name().equals(node.name())).findFirst();
        if (original.isEmpty()) {
            return Optional.of("the unpruned network does not have it");
        }
        return LinearLayer.obstacle(pruned, node).or(() -> LinearLayer.obstacle(unpruned, original.get()));
    }
}
