package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Scores of a criterion that is silent on some groups: those are scored by weight magnitude. */
final class PartialScores {
    private PartialScores() {}

    static Map<String, double[]> of(
            DependencyGroups groups, Set<String> silentOn, Function<ChannelGroup, double[]> score) {
        Map<String, double[]> magnitudes = silentOn.isEmpty() ? Map.of() : new L1Importance().scores(groups);
        return WeightScores.each(
                groups,
                group -> silentOn.contains(group.id())
                        ? Objects.requireNonNull(magnitudes.get(group.id()), group.id())
                        : score.apply(group));
    }
}
