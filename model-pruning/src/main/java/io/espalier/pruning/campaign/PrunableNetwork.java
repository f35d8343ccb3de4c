package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Group;
import io.espalier.pruning.allocation.Pricing;
import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.BlockDropper;
import io.espalier.pruning.graph.ChainLayers;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.DroppableBlock;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.PaddedShortcuts;
import io.espalier.pruning.graph.Pruner;
import io.espalier.pruning.graph.ResidualBlocks;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A trained network seen as channel groups whose widths can be chosen. Batch normalisations are folded and padded
 * shortcuts made convolutions first: what is pruned, trained and shipped is that network.
 */
public final class PrunableNetwork {
    private final boolean whole;
    private final Graph unfolded;
    private final Graph folded;
    private final DependencyGroups dependencies;
    private final List<ChannelGroup> groups;
    private final long fileOverheadBytes;
    /** The same network without its weights, which a price does not depend on. */
    private final DependencyGroups weightless;

    private PrunableNetwork(Graph unfolded, Graph folded, boolean whole) {
        this.whole = whole;
        this.unfolded = unfolded;
        this.folded = folded;
        this.dependencies = DependencyGroups.of(folded);
        this.groups = dependencies.prunable();
        this.weightless = DependencyGroups.of(withoutWeights(folded));
        this.fileOverheadBytes =
                OnnxWriter.write(folded).length - Costs.of(folded).weightBytes();
    }

    private static Graph withoutWeights(Graph graph) {
        Map<String, Tensor> hollow = new LinkedHashMap<>();
        graph.initializers().forEach((name, tensor) -> {
            if (tensor.isFloat() && tensor.shape().rank() > 1) {
                hollow.put(name, tensor.hollow());
            }
        });
        return graph.withInitializers(hollow);
    }

    public static PrunableNetwork of(Graph graph) {
        return new PrunableNetwork(graph, PaddedShortcuts.toConvolutions(BatchNormFolding.fold(graph)), true);
    }

    /** What an earlier round made; equal numbers of channels need no longer mean the same channels. */
    static PrunableNetwork ofCut(Graph graph) {
        return new PrunableNetwork(graph, PaddedShortcuts.toConvolutions(BatchNormFolding.fold(graph)), false);
    }

    /** The same network with these blocks left out; widths are of its own, fewer groups. */
    PrunableNetwork without(List<DroppableBlock> blocks) {
        return new PrunableNetwork(unfolded, BlockDropper.drop(folded, blocks), whole);
    }

    /**
     * Residual blocks that can be left out and, as long as nothing was cut, layers whose input can take the place of their
     * output.
     */
    List<DroppableBlock> blocks() {
        List<DroppableBlock> residual = ResidualBlocks.find(dependencies);
        if (!whole) {
            return residual;
        }
        Set<String> inside =
                residual.stream().flatMap(block -> block.nodes().stream()).collect(Collectors.toSet());
        return Stream.concat(
                        residual.stream(),
                        ChainLayers.find(dependencies).stream()
                                .filter(layer -> layer.nodes().stream().noneMatch(inside::contains)))
                .toList();
    }

    /** The network as it came: what devices run unpruned, and where criteria read batch normalisations. */
    Graph unfolded() {
        return unfolded;
    }

    /** The whole network, batch normalisations folded. */
    public Graph folded() {
        return folded;
    }

    /** The groups whose widths can be chosen, in the order widths are given in. */
    public List<ChannelGroup> groups() {
        return groups;
    }

    /** How channels hang together, for criteria that score them. */
    DependencyGroups dependencies() {
        return dependencies;
    }

    /** Groups that keep all their channels; each says why. */
    public List<ChannelGroup> keptDense() {
        return dependencies.keptDense();
    }

    /** The choices of each group when widths move by {@code step}. */
    public WidthSpace space(int step) {
        return new WidthSpace(
                groups.stream().map(g -> Group.stepped(g.id(), g.size(), step)).toList());
    }

    /** The network with only these channels, one array a group. */
    public Graph keeping(List<int[]> channels) {
        return keeping(dependencies, channels);
    }

    private Graph keeping(DependencyGroups of, List<int[]> channels) {
        Map<String, int[]> kept = named(channels);
        return kept.isEmpty() ? of.graph() : Pruner.prune(of, kept);
    }

    /** Kept channels by group id, without the groups that stay whole. */
    Map<String, int[]> named(List<int[]> channels) {
        Map<String, int[]> kept = new LinkedHashMap<>();
        for (int g = 0; g < groups.size(); g++) {
            if (channels.get(g).length < groups.get(g).size()) {
                kept.put(groups.get(g).id(), channels.get(g));
            }
        }
        return kept;
    }

    /**
     * A network of these widths, or wider where a part would be left empty, whichever channels it keeps: for what it costs, not
     * for what it computes.
     */
    public Graph shaped(int[] widths) {
        return keeping(first(widths));
    }

    /** Prices are asked for thousands of widths, so channels are put in order only where the first ones would leave a part empty. */
    private List<int[]> first(int[] widths) {
        List<int[]> first = IntStream.of(widths)
                .mapToObj(width -> IntStream.range(0, width).toArray())
                .toList();
        return dependencies.leavesGaps(named(first)) ? best(descending(), widths) : first;
    }

    private List<double[]> descending() {
        return groups.stream()
                .map(group ->
                        IntStream.range(0, group.size()).mapToDouble(c -> -c).toArray())
                .toList();
    }

    /**
     * The channels of highest score, so many of each group. Where they would leave a tensor empty, as behind a Split, others
     * take the place of the least of them; a group gets wider only where there is no other way.
     */
    List<int[]> best(List<double[]> scores, int[] widths) {
        List<int[]> highest = IntStream.range(0, widths.length)
                .mapToObj(g -> TopChannels.keep(scores.get(g), widths[g]))
                .toList();
        Map<String, int[]> kept = named(highest);
        if (!dependencies.leavesGaps(kept)) {
            return highest;
        }
        Map<String, int[]> complete = dependencies.withoutGaps(kept);
        List<int[]> best = new ArrayList<>(highest);
        for (int g = 0; g < widths.length; g++) {
            String group = groups.get(g).id();
            if (complete.containsKey(group)) {
                narrow(complete, group, scores.get(g), widths[g]);
                best.set(g, complete.get(group));
            }
        }
        return best;
    }

    private void narrow(Map<String, int[]> complete, String group, double[] scores, int width) {
        int[] kept = Objects.requireNonNull(complete.get(group));
        List<Integer> leastFirst = IntStream.of(kept)
                .boxed()
                .sorted(Comparator.comparingDouble(channel -> scores[channel]))
                .toList();
        for (int channel : leastFirst) {
            if (kept.length == width) {
                break;
            }
            int[] fewer = IntStream.of(kept).filter(each -> each != channel).toArray();
            complete.put(group, fewer);
            if (dependencies.leavesGaps(complete)) {
                complete.put(group, kept);
            } else {
                kept = fewer;
            }
        }
    }

    /**
     * What any widths cost. Where there is no latency model latencies are 0, and memory is that of the runtime with or
     * without blocks of channels, whichever takes more.
     */
    public Pricing pricing(Optional<LatencyModel> latency) {
        ChannelStep step = latency.map(LatencyModel::step).orElse(ChannelStep.SMOOTH);
        return widths -> {
            Graph graph = keeping(weightless, first(widths));
            Costs costs = Costs.of(graph);
            OperatorGraph operators = OperatorGraph.of(graph);
            KernelPlan plan = KernelPlan.of(operators, step);
            double p50 = latency.map(model -> model.p50Micros(plan.calls())).orElse(0.0);
            return new Cost(
                    p50,
                    latency.map(model -> model.p95Micros(p50)).orElse(0.0),
                    latency.map(model -> model.energyMillijoules(p50)).orElse(OptionalDouble.empty()),
                    costs.weightBytes() + fileOverheadBytes,
                    latency.isPresent()
                            ? RuntimeMemory.of(plan).peakBytes()
                            : Math.max(
                                    RuntimeMemory.of(plan).peakBytes(),
                                    RuntimeMemory.of(KernelPlan.of(operators, ChannelStep.USUAL))
                                            .peakBytes()),
                    costs.macs(),
                    costs.parameters());
        };
    }
}
