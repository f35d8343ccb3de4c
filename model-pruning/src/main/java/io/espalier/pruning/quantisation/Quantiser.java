package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites a float network so that runtimes compute it in 8-bit integers.
 *
 * <p>The result says so in standard operators (QuantizeLinear and DequantizeLinear around every operator that can do
 * without float, opset {@value #OLDEST_OPSET} or later), which a runtime fuses into its integer kernels. Inputs and outputs
 * stay float, so callers notice nothing. Activations are unsigned bytes, weights signed bytes with a scale a channel.
 *
 * <p>It is a form to run, not to work on: it cannot be pruned or trained again. Fold batch normalisations first; one that is
 * left is computed in float.
 */
public final class Quantiser {
    /** The first opset with a scale a channel. */
    public static final int OLDEST_OPSET = 13;

    private final Graph graph;
    private final IntegerPlan plan;

    private Quantiser(Graph graph) {
        this.graph = graph;
        this.plan = IntegerPlan.of(graph);
    }

    /**
     * Plans the rewriting.
     *
     * <p>Errors: {@link InvalidModelException} where the graph is of an older opset and cannot
     * be raised, or has no layer that integers could compute.
     */
    public static Quantiser of(Graph graph) {
        Quantiser quantiser = new Quantiser(OpsetRaise.to13(graph));
        if (quantiser.plan.layers() == 0) {
            throw new InvalidModelException(
                    "No layer of the model can be quantised: none has constant float32 weights behind known operators.");
        }
        return quantiser;
    }

    /** The network whose tensors are to be calibrated: the float one, at the opset of the result. */
    Graph graph() {
        return graph;
    }

    /** The tensors whose ranges must be known, in topological order. */
    public List<String> tensors() {
        return plan.scaleOwners();
    }

    /** The rewritten network; {@code ranges} must hold every tensor of {@link #tensors()}. */
    public Graph quantise(Map<String, Range> ranges, WeightRange weights) {
        return new IntegerGraph(graph, plan, ranges, weights).build();
    }

    /** A network of the same shape with made-up ranges: for what it weighs and how fast it is, not for what it computes. */
    public Graph shaped(WeightRange weights) {
        Map<String, Range> ranges = new HashMap<>();
        tensors().forEach(tensor -> ranges.put(tensor, new Range(0, 1)));
        return quantise(ranges, weights);
    }
}
