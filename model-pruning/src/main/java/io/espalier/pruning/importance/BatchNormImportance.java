package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelTensor;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Scale of batch normalisation: {@code s_m[c] = |gamma[c]|}, one member for each batch normalisation that channel c goes
 * through.
 *
 * <p>Networks are folded before they are pruned, and a folded one has no gamma left. So the scales are read from the
 * network as it was; folding leaves the name of a normalisation's output, by which both are joined. Members are combined
 * as in {@link GroupScores}. Groups without a batch normalisation are scored by {@link L1Importance}.
 *
 * <p>Value: |gamma|, without unit; of several, the largest. A threshold cuts what does not exceed it. Gamma alone ranks
 * well where training drew it towards zero; elsewhere it is one criterion among others.
 *
 * <p>Source: Liu et al. 2017, "Learning Efficient Convolutional Networks through Network Slimming", section 3.
 */
public final class BatchNormImportance implements AbsoluteImportance {
    private final Graph unfolded;

    /**
     * Takes the scales to score with.
     *
     * @param unfolded the network with its batch normalisations; groups to be scored may be of it or of the folded one
     */
    public BatchNormImportance(Graph unfolded) {
        this.unfolded = unfolded;
    }

    @Override
    public String name() {
        return "batch_norm";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        return PartialScores.of(
                groups, silentOn(groups), group -> said(groups, group).combined());
    }

    @Override
    public Map<String, double[]> values(DependencyGroups groups) {
        return WeightScores.each(groups, group -> said(groups, group).largest());
    }

    @Override
    public Set<String> silentOn(DependencyGroups groups) {
        return groups.prunable().stream()
                .filter(group -> said(groups, group).isEmpty())
                .map(ChannelGroup::id)
                .collect(Collectors.toSet());
    }

    private GroupScores said(DependencyGroups groups, ChannelGroup group) {
        GroupScores scores = new GroupScores(group.size());
        for (ChannelTensor carrier : groups.carriers(group.id())) {
            magnitudes(carrier.tensor()).ifPresent(magnitudes -> scores.add(carrier, magnitudes));
        }
        return scores;
    }

    private Optional<double[]> magnitudes(String normalised) {
        return unfolded.producer(normalised)
                .filter(node -> node.is("BatchNormalization"))
                .flatMap(norm -> unfolded.constantInput(norm, 1))
                .filter(Tensor::isFloat)
                .map(gamma -> IntStream.range(0, gamma.elements())
                        .mapToDouble(c -> Math.abs(gamma.at(c)))
                        .toArray());
    }
}
