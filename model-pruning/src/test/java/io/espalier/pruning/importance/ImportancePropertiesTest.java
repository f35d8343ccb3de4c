package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.ActivationStatistics;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operators;
import io.espalier.pruning.graph.RandomNetworks;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of every criterion on random networks; the seed of a failing one is in the name of its test. */
class ImportancePropertiesTest {
    private static final List<Importance> MAGNITUDES = List.of(
            new L1Importance(),
            new L2Importance(),
            new PercentileImportance(new WeightThreshold.OfLayer(40)),
            new PercentileImportance(new WeightThreshold.OfNetwork(40)));

    /** What does not change when a layer's weights are all multiplied by the same number. */
    private static final List<Importance> RELATIVE_TO_THE_LAYER = List.of(
            new L1Importance(),
            new L2Importance(),
            new PercentileImportance(new WeightThreshold.OfLayer(40)),
            new GeometricMedianImportance());

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void scoresAreFiniteNeverNegativeAndTheSameEachTime(long seed) {
        Graph unfolded = RandomNetworks.ofSeed(seed);
        DependencyGroups groups = DependencyGroups.of(BatchNormFolding.fold(unfolded));
        Iterator<Importance> again = criteria(unfolded, groups, seed).iterator();
        for (Importance importance : criteria(unfolded, groups, seed)) {
            Map<String, double[]> scores = importance.scores(groups);
            Map<String, double[]> second = again.next().scores(DependencyGroups.of(BatchNormFolding.fold(unfolded)));

            assertThat(scores.keySet()).as(importance.name()).hasSameElementsAs(ids(groups));
            groups.prunable()
                    .forEach(group -> assertThat(scores.get(group.id()))
                            .as("%s of %s", importance.name(), group.id())
                            .hasSize(group.size())
                            .isEqualTo(second.get(group.id()))
                            .satisfies(each -> {
                                for (double score : each) {
                                    assertThat(score).isFinite().isNotNegative();
                                }
                            }));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theScaleOfALayerDoesNotMatter(long seed) {
        Graph graph = RandomNetworks.ofSeed(seed);
        Graph scaled = withWeights(graph, seed, (random, weights) -> {
            double factor = Math.pow(2, random.nextInt(9) - 4);
            return i -> weights.at(i) * factor;
        });
        for (Importance importance : RELATIVE_TO_THE_LAYER) {
            assertClose(
                    importance,
                    importance.scores(DependencyGroups.of(graph)),
                    importance.scores(DependencyGroups.of(scaled)));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theScaleOfTheLossDoesNotMatter(long seed) {
        DependencyGroups groups = DependencyGroups.of(BatchNormFolding.fold(RandomNetworks.ofSeed(seed)));
        List<Map<String, Tensor>> gradients = gradients(groups.graph(), seed);
        List<Map<String, Tensor>> scaled = gradients.stream()
                .map(batch -> {
                    Map<String, Tensor> larger = new HashMap<>();
                    batch.forEach((name, tensor) -> larger.put(name, tensor(tensor, i -> -8 * tensor.at(i))));
                    return larger;
                })
                .toList();

        assertClose(
                new TaylorImportance(gradients),
                new TaylorImportance(gradients).scores(groups),
                new TaylorImportance(scaled).scores(groups));
        assertClose(
                new GradientImportance(gradients),
                new GradientImportance(gradients).scores(groups),
                new GradientImportance(scaled).scores(groups));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aChannelOfZerosMattersLeast(long seed) {
        Graph graph = RandomNetworks.ofSeed(seed);
        for (ChannelGroup group : DependencyGroups.of(graph).prunable()) {
            int channel = new Random(seed).nextInt(group.size());
            DependencyGroups zeroed = DependencyGroups.of(withoutChannel(graph, group, channel));
            for (Importance importance : MAGNITUDES) {
                double[] scores =
                        Objects.requireNonNull(importance.scores(zeroed).get(group.id()));
                for (double score : scores) {
                    assertThat(scores[channel])
                            .as("%s of channel %d of %s", importance.name(), channel, group.id())
                            .isLessThanOrEqualTo(score);
                }
            }
        }
    }

    /** A constant factor behind a normalisation is folded with it, and then the tensor between them is gone. */
    private static boolean keepsNormalisedTensors(Graph graph, Graph folded) {
        return graph.nodes().stream()
                .filter(node -> node.is("BatchNormalization"))
                .allMatch(node -> folded.producer(node.output()).isPresent());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void foldingBatchNormalisationsDoesNotChangeScores(long seed) {
        Graph graph = RandomNetworks.ofSeed(seed);
        Graph folded = BatchNormFolding.fold(graph);
        List<Importance> criteria = new ArrayList<>(MAGNITUDES);
        criteria.add(new GeometricMedianImportance());
        if (keepsNormalisedTensors(graph, folded)) {
            criteria.add(new BatchNormImportance(graph));
        }
        for (Importance importance : criteria) {
            assertClose(
                    importance,
                    importance.scores(DependencyGroups.of(graph)),
                    importance.scores(DependencyGroups.of(folded)));
        }
    }

    private static List<Importance> criteria(Graph unfolded, DependencyGroups groups, long seed) {
        Graph folded = groups.graph();
        List<Map<String, Tensor>> gradients = gradients(folded, seed);
        Samples samples = ToyImages.samples(5, ModelInput.of(folded).shape(), seed);
        return List.of(
                new RandomImportance(seed),
                new L1Importance(),
                new L2Importance(),
                new PercentileImportance(new WeightThreshold.Given(0.1)),
                new PercentileImportance(new WeightThreshold.OfLayer(50)),
                new PercentileImportance(new WeightThreshold.OfNetwork(90)),
                new ApozImportance(ActivationStatistics.collect(
                        folded, ApozImportance.watched(groups), samples, InputContract.RAW, 1)),
                ReconstructionImportance.of(folded, samples, InputContract.RAW, 1),
                new GradientImportance(gradients),
                new TaylorImportance(gradients),
                new BatchNormImportance(unfolded),
                new GeometricMedianImportance());
    }

    private static void assertClose(
            Importance importance, Map<String, double[]> expected, Map<String, double[]> actual) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((id, scores) ->
                assertThat(actual.get(id)).as("%s of %s", importance.name(), id).containsExactly(scores, within(1e-5)));
    }

    private static List<String> ids(DependencyGroups groups) {
        return groups.prunable().stream().map(ChannelGroup::id).toList();
    }

    private static List<Map<String, Tensor>> gradients(Graph graph, long seed) {
        return List.of(batch(graph, seed), batch(graph, seed + 1));
    }

    private static Map<String, Tensor> batch(Graph graph, long seed) {
        Map<String, Tensor> gradients = new HashMap<>();
        for (String name : weights(graph)) {
            Random random = new Random(seed * 31 + name.hashCode());
            gradients.put(name, tensor(graph.constant(name), i -> random.nextGaussian()));
        }
        return gradients;
    }

    private interface Change {
        IntToDoubleFunction of(Random random, Tensor weights);
    }

    private static Graph withWeights(Graph graph, long seed, Change change) {
        Random random = new Random(seed);
        Map<String, Tensor> changed = new HashMap<>();
        for (String name : weights(graph)) {
            changed.put(name, tensor(graph.constant(name), change.of(random, graph.constant(name))));
        }
        return graph.withInitializers(changed);
    }

    private static List<String> weights(Graph graph) {
        return graph.nodes().stream()
                .filter(Operators::isLayer)
                .map((Node node) -> node.inputs().get(1))
                .distinct()
                .toList();
    }

    private static Graph withoutChannel(Graph graph, ChannelGroup group, int channel) {
        Map<String, Tensor> changed = new HashMap<>();
        for (ChannelMember member : group.members()) {
            if (member.role() == ChannelRole.OUTPUT || member.role() == ChannelRole.INPUT) {
                Tensor weights = changed.getOrDefault(member.tensor(), graph.constant(member.tensor()));
                int inner = (int) weights.shape()
                        .elements(member.axis() + 1, weights.shape().rank());
                changed.put(
                        member.tensor(),
                        tensor(
                                weights,
                                i -> member.channelAt(i / inner % member.extent()) == channel ? 0 : weights.at(i)));
            }
        }
        return graph.withInitializers(changed);
    }

    private static Tensor tensor(Tensor like, IntToDoubleFunction value) {
        float[] values = new float[like.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) value.applyAsDouble(i);
        }
        return Tensor.ofFloats(values, like.shape());
    }
}
