package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.importance.BatchNormImportance;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.PercentileImportance;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.importance.WeightThreshold;
import io.espalier.pruning.onnx.RealModels;
import io.espalier.pruning.training.UntrainableGraphException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CriteriaTest {
    private final List<String> gathered = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(value = Recipe.Criterion.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void givesTheCriterionOfThatName(Recipe.Criterion criterion) {
        assertThat(criteria(network("Relu", true), Optional.empty()).of(criterion, Set.of()))
                .extracting(Importance::name)
                .containsExactly(criterion.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void gathersGradientsAndActivationsOnlyWhereTheyAreNeeded() {
        Criteria criteria = criteria(network("Relu", true), Optional.empty());

        criteria.of(Recipe.Criterion.L2, Set.of());
        criteria.of(Recipe.Criterion.BATCH_NORM, Set.of());
        assertThat(gathered).isEmpty();
        criteria.of(Recipe.Criterion.GRADIENT, Set.of());
        criteria.of(Recipe.Criterion.APOZ, Set.of());
        assertThat(gathered).containsExactly("gradients", "activations");
    }

    @Test
    void withoutGradientsAutoDoesWithoutThemAndGradientsAreRefused() {
        Criteria criteria = criteria(network("Relu", true), Optional.of("it is odd"));

        assertThat(criteria.of(Recipe.Criterion.AUTO, Set.of()))
                .extracting(Importance::name)
                .containsExactly("l1", "reconstruction", "geometric_median", "batch_norm", "apoz");
        assertThatThrownBy(() -> criteria.of(Recipe.Criterion.GRADIENT, Set.of()))
                .isInstanceOf(UntrainableGraphException.class)
                .hasMessage("The criterion gradient needs gradients, and there are none: it is odd. Choose another, or"
                        + " auto.");
        assertThat(gathered).doesNotContain("gradients");
    }

    @Test
    void autoTriesWhatTheNetworkCanTell() {
        assertThat(auto(network("Relu", true)))
                .containsExactly("l1", "reconstruction", "taylor", "geometric_median", "batch_norm", "apoz");
        assertThat(auto(network("Relu", false)))
                .containsExactly("l1", "reconstruction", "taylor", "geometric_median", "apoz");
        assertThat(auto(network("LeakyRelu", false)))
                .containsExactly("l1", "reconstruction", "taylor", "geometric_median");
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet8-cifar10.onnx", "resnet20-cifar10.onnx"})
    void findsScalesAndActivationsInEveryGroupOfARealNetwork(String file) {
        PrunableNetwork network = PrunableNetwork.of(RealModels.read(file));
        Map<String, ChannelStatistics> activations = new HashMap<>();

        assertThat(new BatchNormImportance(network.unfolded()).silentOn(network.dependencies()))
                .isEmpty();
        assertThat(new ApozImportance(activations).silentOn(network.dependencies()))
                .isEmpty();
    }

    private List<String> auto(Graph graph) {
        return criteria(graph, Optional.empty()).of(Recipe.Criterion.AUTO, Set.of()).stream()
                .map(Importance::name)
                .toList();
    }

    @Test
    void countsWeightsAsLargeByWhatTheRecipeSays() {
        Graph graph = network("Relu", false);
        DependencyGroups groups = PrunableNetwork.of(graph).dependencies();
        Recipe.Scope[] scopes = Recipe.Scope.values();
        List<Map<String, List<Double>>> shares = new ArrayList<>();
        for (double percent : new double[] {50, 80}) {
            for (Recipe.Scope scope : scopes) {
                WeightThreshold large =
                        Recipe.DEFAULT.rankedByPercentile(percent, scope).largeWeights();
                Importance criterion = criteria(graph, Optional.empty(), large)
                        .of(Recipe.Criterion.PERCENTILE, Set.of())
                        .get(0);
                assertThat(boxed(criterion.scores(groups)))
                        .isEqualTo(boxed(new PercentileImportance(large).scores(groups)));
                shares.add(boxed(criterion.scores(groups)));
            }
        }
        assertThat(shares).doesNotHaveDuplicates();
    }

    private static Map<String, List<Double>> boxed(Map<String, double[]> scores) {
        Map<String, List<Double>> boxed = new HashMap<>();
        scores.forEach((group, values) ->
                boxed.put(group, Arrays.stream(values).boxed().toList()));
        return boxed;
    }

    private Criteria criteria(Graph graph, Optional<String> noGradients) {
        return criteria(graph, noGradients, Recipe.DEFAULT.largeWeights());
    }

    private Criteria criteria(Graph graph, Optional<String> noGradients, WeightThreshold large) {
        return new Criteria(
                PrunableNetwork.of(graph),
                () -> {
                    gathered.add("gradients");
                    return List.of();
                },
                () -> {
                    gathered.add("activations");
                    return Map.of();
                },
                () -> ReconstructionImportance.of(
                        graph, ToyImages.samples(8, new SampleShape(1, 4, 4), 2), InputContract.RAW, 1),
                noGradients,
                large,
                1);
    }

    private static Graph network(String activation, boolean normalised) {
        NetworkBuilder net = new NetworkBuilder("toy", new Random(1));
        String x = net.conv(net.input("x", 1, 4, 4), 4, 3, 1, 1);
        x = net.op(activation, List.of(normalised ? net.batchNorm(x) : x), Map.<String, Attribute>of());
        return net.build(net.gemm(net.flatten(x), 2));
    }

    @Test
    void triesOnlySomeWhereTheyAreNamed() {
        assertThat(criteria(network("Relu", true), Optional.empty())
                        .of(Recipe.Criterion.AUTO, Set.of("l1", "batch_norm")))
                .extracting(Importance::name)
                .containsExactly("l1", "batch_norm");
    }
}
