package io.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Pruner;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReconstructionTest {
    private static Graph network(String topology) {
        return Objects.requireNonNull(zoo().get(topology), topology);
    }

    private static final SampleShape SHAPE = new SampleShape(2, 8, 8);
    private static final InputContract CONTRACT = new InputContract(1 / 64.0, List.of(), List.of());
    private static final Samples SAMPLES = ToyImages.samples(400, SHAPE, 1);

    static List<String> topologies() {
        return List.copyOf(zoo().keySet());
    }

    /** A channel that is a copy of another can go without loss, once the readers take the other one for both. */
    @ParameterizedTest
    @MethodSource("topologies")
    void findsTheWeightsThatMakeUpForARedundantChannel(String topology) {
        Graph plain = network(topology);
        String first = DependencyGroups.of(plain).prunable().get(0).id();
        Graph redundant = withCopiedChannel(plain, first);
        DependencyGroups groups = DependencyGroups.of(redundant);
        Map<String, int[]> kept =
                Map.of(first, IntStream.range(1, groups.group(first).size()).toArray());
        Graph pruned = Pruner.prune(groups, kept);

        Reconstructed mended = reconstruction(groups, kept).mend(pruned);

        assertThat(difference(redundant, pruned)).isGreaterThan(0.01);
        assertThat(difference(redundant, mended.graph()))
                .as("%s", mended.layers())
                .isLessThan(2e-3);
        assertThat(mended.graph().nodes()).isEqualTo(pruned.nodes());
    }

    @Test
    void bringsAPrunedNetworkNearerAndSaysByHowMuch() {
        Graph graph = net((n, x) -> {
            String a = n.relu(n.conv(x, 8, 3, 1, 1));
            return n.relu(n.add(a, n.conv(n.relu(n.conv(a, 8, 3, 1, 1)), 8, 3, 1, 1)));
        });
        DependencyGroups groups = DependencyGroups.of(graph);
        Map<String, int[]> kept = half(groups);
        Graph pruned = Pruner.prune(groups, kept);

        Reconstructed mended = reconstruction(groups, kept).mend(pruned);

        assertThat(difference(graph, mended.graph())).isLessThan(0.6 * difference(graph, pruned));
        assertThat(mended.layers())
                .extracting(FittedLayer::name)
                .containsExactly("conv1", "conv2", "conv3", "dense1", "dense2");
        assertThat(mended.layers().get(0).untouchedBecause()).contains("it computes what it did");
        assertThat(mended.layers().subList(1, 5)).allSatisfy(layer -> {
            assertThat(layer.untouchedBecause()).isEmpty();
            assertThat(layer.rows()).isGreaterThan(150);
            assertThat(layer.errorAfter()).isLessThan(layer.errorBefore());
        });
    }

    @Test
    void theSameSeedGivesTheSameWeights() {
        Graph graph = network("plain");
        DependencyGroups groups = DependencyGroups.of(graph);
        Map<String, int[]> kept = half(groups);
        Graph pruned = Pruner.prune(groups, kept);
        assertThat(reconstruction(groups, kept).mend(pruned).graph())
                .isEqualTo(reconstruction(groups, kept).mend(pruned).graph());
    }

    @Test
    void leavesAloneWhatItHasSeenTooLittleOf() {
        Graph graph = network("plain");
        DependencyGroups groups = DependencyGroups.of(graph);
        Map<String, int[]> kept = half(groups);
        Graph pruned = Pruner.prune(groups, kept);
        Samples few = SAMPLES.draw(10, 1);
        Reconstructed mended = new Reconstruction(groups, groups, kept, few, CONTRACT, 1, 1).mend(pruned);
        FittedLayer last = mended.layers().get(mended.layers().size() - 1);
        assertThat(last.untouchedBecause())
                .hasValueSatisfying(why -> assertThat(why).contains("at 8 places only"));
        assertThat(mended.graph().constant("dense2_w")).isEqualTo(pruned.constant("dense2_w"));
    }

    @Test
    void refusesANetworkThatWasPrunedOtherwise() {
        Graph graph = network("plain");
        DependencyGroups groups = DependencyGroups.of(graph);
        Graph pruned = Pruner.prune(groups, half(groups));
        Reconstruction other = reconstruction(groups, Map.of("conv1", new int[] {0}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.mend(pruned))
                .withMessageContaining("'conv1' has 3 outputs, but 1 are to be kept");
    }

    private static Reconstruction reconstruction(DependencyGroups groups, Map<String, int[]> kept) {
        return new Reconstruction(groups, groups, kept, SAMPLES, CONTRACT, 1, 1);
    }

    private static Map<String, Graph> zoo() {
        Map<String, Graph> zoo = new LinkedHashMap<>();
        zoo.put("plain", net((n, x) -> n.relu(n.conv(n.relu(n.conv(x, 6, 3, 1, 1)), 6, 3, 2, 0))));
        zoo.put("flattened", net((n, x) -> n.relu(n.conv(x, 6, 3, 1, 1))));
        zoo.put("residual", net((n, x) -> {
            String a = n.relu(n.conv(x, 6, 3, 1, 1));
            return n.relu(n.add(a, n.conv(n.relu(n.conv(a, 6, 3, 1, 1)), 6, 3, 1, 1)));
        }));
        zoo.put("depthwise", net((n, x) -> {
            String a = n.relu(n.conv(x, 6, 3, 1, 1));
            return n.relu(n.conv(n.relu(n.conv(a, 6, 3, 2, 1, 6)), 6, 1, 1, 0));
        }));
        zoo.put("grouped", net((n, x) -> {
            String a = n.conv(n.relu(n.conv(x, 6, 3, 1, 1)), 4, 3, 1, 1);
            return n.relu(n.conv(n.relu(a), 6, 3, 1, 1, 2));
        }));
        zoo.put("concat", net((n, x) -> {
            String a = n.relu(n.conv(x, 6, 3, 1, 1));
            return n.concat(n.relu(n.conv(a, 3, 3, 1, 1)), n.relu(n.conv(a, 2, 1, 1, 0)));
        }));
        zoo.put("matrix product on the last axis", product());
        return zoo;
    }

    private static Graph net(BiFunction<NetworkBuilder, String, String> body) {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(5));
        String x = body.apply(n, n.input("input", 2, 8, 8));
        return n.build(n.gemm(n.relu(n.gemm(n.flatten(n.maxPool(x, 2)), 8)), 4));
    }

    private static Graph product() {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(5));
        String x = n.input("input", 2, 8, 8);
        Random random = new Random(2);
        n.constant("w1", normal(random, 8, 6));
        n.constant("w2", normal(random, 6, 5));
        String hidden = n.op("Tanh", List.of(n.op("MatMul", List.of(x, "w1"), Map.of())), Map.of());
        return n.build(n.op("MatMul", List.of(hidden, "w2"), Map.of()));
    }

    private static Tensor normal(Random random, int... dims) {
        float[] values = new float[IntStream.of(dims).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.4 * random.nextGaussian());
        }
        return Tensor.ofFloats(values, dims);
    }

    /** The network with channel 1 of a group made as channel 0 is. */
    private static Graph withCopiedChannel(Graph graph, String group) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        ChannelGroup channels = DependencyGroups.of(graph).group(group);
        for (ChannelMember member : channels.members()) {
            if (member.role() != ChannelRole.INPUT) {
                Tensor constant = changed.getOrDefault(member.tensor(), graph.constant(member.tensor()));
                int[] positions = IntStream.range(0, member.extent())
                        .map(p -> member.channelAt(p) == 1 ? p - 1 : p)
                        .toArray();
                changed.put(member.tensor(), constant.select(member.axis(), positions));
            }
        }
        return graph.withInitializers(changed);
    }

    private static Map<String, int[]> half(DependencyGroups groups) {
        Map<String, int[]> kept = new LinkedHashMap<>();
        groups.prunable()
                .forEach(group -> kept.put(
                        group.id(), IntStream.range(0, group.size() / 2).toArray()));
        return kept;
    }

    /** Norm of the difference of all outputs by their norm, on samples that were not fitted to. */
    private static double difference(Graph expected, Graph actual) {
        float[][] wanted = outputs(expected);
        float[][] got = outputs(actual);
        double squares = 0;
        double all = 0;
        for (int i = 0; i < wanted.length; i++) {
            for (int o = 0; o < wanted[i].length; o++) {
                squares += Math.pow(wanted[i][o] - got[i][o], 2);
                all += Math.pow(wanted[i][o], 2);
            }
        }
        return Math.sqrt(squares / all);
    }

    private static float[][] outputs(Graph graph) {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.outputs(model, ToyImages.samples(50, SHAPE, 9), CONTRACT);
        }
    }
}
