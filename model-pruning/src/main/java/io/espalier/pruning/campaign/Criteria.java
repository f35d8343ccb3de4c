package io.espalier.pruning.campaign;

import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.importance.BatchNormImportance;
import io.espalier.pruning.importance.GeometricMedianImportance;
import io.espalier.pruning.importance.GradientImportance;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.importance.L2Importance;
import io.espalier.pruning.importance.PercentileImportance;
import io.espalier.pruning.importance.RandomImportance;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.importance.TaylorImportance;
import io.espalier.pruning.importance.WeightThreshold;
import io.espalier.pruning.training.UntrainableGraphException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The criteria that a recipe asks for.
 *
 * @param gradients of the folded network's loss, batch by batch; gathered only where a criterion needs them
 * @param activations of the folded network, as {@link ApozImportance#watched} names them; likewise
 * @param reconstruction of the folded network; likewise
 * @param noGradients why there are no gradients to ask for; empty where there are
 * @param largeWeights those that a percentile counts
 */
record Criteria(
        PrunableNetwork network,
        Supplier<List<Map<String, Tensor>>> gradients,
        Supplier<Map<String, ChannelStatistics>> activations,
        Supplier<ReconstructionImportance> reconstruction,
        Optional<String> noGradients,
        WeightThreshold largeWeights,
        long seed) {
    private static final Set<Recipe.Criterion> NEED_GRADIENTS =
            EnumSet.of(Recipe.Criterion.GRADIENT, Recipe.Criterion.TAYLOR);

    /**
     * In the order in which they are preferred where nothing tells them apart.
     *
     * @param among names of those to try of several; all of them where it is empty
     */
    List<Importance> of(Recipe.Criterion criterion, Set<String> among) {
        return criterion == Recipe.Criterion.AUTO ? telling(among) : List.of(one(criterion));
    }

    /** Those that speak for themselves: a criterion that is silent on every group only repeats L1. */
    private List<Importance> telling(Set<String> among) {
        DependencyGroups groups = network.dependencies();
        return Stream.of(
                        Recipe.Criterion.L1,
                        Recipe.Criterion.RECONSTRUCTION,
                        Recipe.Criterion.TAYLOR,
                        Recipe.Criterion.GEOMETRIC_MEDIAN,
                        Recipe.Criterion.BATCH_NORM,
                        Recipe.Criterion.APOZ)
                .filter(criterion ->
                        among.isEmpty() || among.contains(criterion.name().toLowerCase(Locale.ROOT)))
                .filter(criterion -> noGradients.isEmpty() || !NEED_GRADIENTS.contains(criterion))
                .map(this::one)
                .filter(importance -> groups.prunable().isEmpty()
                        || importance.silentOn(groups).size()
                                < groups.prunable().size())
                .toList();
    }

    private Importance one(Recipe.Criterion criterion) {
        if (noGradients.isPresent() && NEED_GRADIENTS.contains(criterion)) {
            throw new UntrainableGraphException("The criterion "
                    + criterion.name().toLowerCase(Locale.ROOT) + " needs gradients, and there are none: "
                    + noGradients.get() + ". Choose another, or auto.");
        }
        return switch (criterion) {
            case AUTO -> throw new IllegalArgumentException("AUTO names no criterion of its own");
            case RANDOM -> new RandomImportance(seed);
            case L1 -> new L1Importance();
            case L2 -> new L2Importance();
            case PERCENTILE -> new PercentileImportance(largeWeights);
            case APOZ -> new ApozImportance(activations.get());
            case GRADIENT -> new GradientImportance(gradients.get());
            case TAYLOR -> new TaylorImportance(gradients.get());
            case BATCH_NORM -> new BatchNormImportance(network.unfolded());
            case RECONSTRUCTION -> reconstruction.get();
            case GEOMETRIC_MEDIAN -> new GeometricMedianImportance();
        };
    }
}
