package io.espalier.pruning.importance;

import io.espalier.pruning.graph.DependencyGroups;
import java.util.Map;
import java.util.Set;

/** A criterion: how much each channel of each prunable group matters. */
public interface Importance {
    /** The criterion's name in recipes and reports. */
    String name();

    /**
     * Scores, higher for channels that matter more; finite and at least 0.
     *
     * <p>Shape: one entry per prunable group, by its id, of the group's size. Scores of one group compare with each other
     * only. Equal input gives equal scores.
     */
    Map<String, double[]> scores(DependencyGroups groups);

    /** The prunable groups this criterion can say nothing about, by id; their scores are those of {@link L1Importance}. */
    default Set<String> silentOn(DependencyGroups groups) {
        return Set.of();
    }
}
