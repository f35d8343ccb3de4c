package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** What must hold of pruning on every graph. */
public final class Pruning {
    /** Of the largest output, or of 1 if that is less. */
    private static final float TOLERANCE = 1e-5f;

    private Pruning() {}

    /** A random non-empty choice of channels for each prunable group. */
    static Map<String, int[]> randomChoice(DependencyGroups groups, Random random) {
        Map<String, int[]> kept = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            int[] channels = IntStream.range(0, group.size())
                    .filter(channel -> random.nextDouble() < 0.6)
                    .toArray();
            kept.put(group.id(), channels.length == 0 ? new int[] {random.nextInt(group.size())} : channels);
        }
        return groups.withoutGaps(kept);
    }

    /** Every channel of every prunable group. */
    static Map<String, int[]> everything(DependencyGroups groups) {
        Map<String, int[]> kept = new LinkedHashMap<>();
        groups.prunable()
                .forEach(group ->
                        kept.put(group.id(), IntStream.range(0, group.size()).toArray()));
        return kept;
    }

    /**
     * The graph with the same shapes and the removed channels zero: their constants are (but for divisors), and so is what
     * a Pad reads of them (a residual add may have brought something in behind the last constant).
     */
    static Graph masked(DependencyGroups groups, Map<String, int[]> kept) {
        Map<String, Tensor> masked = new HashMap<>();
        for (ChannelGroup group : groups.all()) {
            boolean[] removed = new boolean[group.size()];
            if (kept.containsKey(group.id())) {
                Arrays.fill(removed, true);
                Arrays.stream(kept.get(group.id())).forEach(channel -> removed[channel] = false);
            }
            for (ChannelMember member : group.members()) {
                if (groups.graph().node(member.node()).is("Div")) {
                    continue;
                }
                Tensor current =
                        masked.getOrDefault(member.tensor(), groups.graph().constant(member.tensor()));
                masked.put(member.tensor(), zeroed(current, member, removed));
            }
        }
        Graph zeroed = groups.graph().withInitializers(masked);
        GraphBuilder builder = zeroed.toBuilder();
        boolean[] removed = groups.removed(kept);
        List<Node> nodes = new ArrayList<>();
        for (Node node : zeroed.nodes()) {
            Optional<ChannelLayout> layout = groups.analysis().layout(node.input());
            if (node.is("Pad") && layout.isPresent()) {
                String mask = node.name() + "_mask";
                builder.initializer(mask, mask(groups, layout.get(), removed));
                nodes.add(Node.of(mask, "Mul", List.of(node.input(), mask), mask + "ed", Map.of()));
                nodes.add(node.reading(node.input(), mask + "ed"));
            } else {
                nodes.add(node);
            }
        }
        return builder.nodes(nodes).build();
    }

    /** Checks that ratio 0 is the identity and that a random cut computes what the masked graph computes. */
    public static Graph assertCutEqualsMask(Graph graph, long seed) {
        DependencyGroups groups = DependencyGroups.of(graph);
        assertThat(Pruner.prune(groups, everything(groups))).isEqualTo(graph);
        Map<String, int[]> kept = randomChoice(groups, new Random(seed));
        Graph pruned = Pruner.prune(groups, kept);
        assertSameOutputs(masked(groups, kept), pruned, seed);
        assertThat(Costs.of(pruned).parameters())
                .isLessThanOrEqualTo(Costs.of(graph).parameters());
        return pruned;
    }

    public static void assertSameOutputs(Graph expected, Graph actual, long seed) {
        assertSameOutputs(Ort.run(expected, new Random(seed)), Ort.run(actual, new Random(seed)), seed);
    }

    public static void assertSameOutputs(Map<String, float[]> wanted, Map<String, float[]> got, long seed) {
        wanted.forEach((name, values) -> {
            float[] other = got.getOrDefault(name, new float[0]);
            assertThat(other).as("output %s, seed %d", name, seed).hasSameSizeAs(values);
            float largest = 1;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < values.length; i++) {
                assertThat(Math.abs(values[i] - other[i]))
                        .as("output %s[%d] %s against %s, seed %d", name, i, other[i], values[i], seed)
                        .isLessThanOrEqualTo(TOLERANCE * largest);
            }
        });
    }

    private static Tensor mask(DependencyGroups groups, ChannelLayout layout, boolean[] removed) {
        float[] mask = new float[layout.extent()];
        for (int channel = 0; channel < mask.length; channel++) {
            mask[channel] = removed[layout.atoms()[channel]] ? 0 : 1;
        }
        return Tensor.ofFloats(mask, 1, mask.length, 1, 1);
    }

    private static Tensor zeroed(Tensor tensor, ChannelMember member, boolean[] removed) {
        if (!tensor.isFloat()) {
            return tensor;
        }
        float[] values = tensor.floats();
        int inner =
                (int) tensor.shape().elements(member.axis() + 1, tensor.shape().rank());
        for (int i = 0; i < values.length; i++) {
            int channel = member.channelAt(i / inner % member.extent());
            if (channel >= 0 && removed[channel]) {
                values[i] = 0;
            }
        }
        return Tensor.ofFloats(values, tensor.shape());
    }
}
