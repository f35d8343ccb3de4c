package io.espalier.pruning.importance;

import io.espalier.pruning.graph.DependencyGroups;
import java.util.Map;

/**
 * A criterion whose numbers mean something by themselves, so that channels can be cut by a {@link Threshold}.
 *
 * <p>Scores are no use for that: they are relative to their group. Values are in the criterion's own units, and speak of
 * the layers that make a channel, as the papers do.
 */
public interface AbsoluteImportance extends Importance {
    /**
     * What the threshold is compared with; of several layers that make a channel, the one that most speaks for keeping it.
     *
     * <p>Shape: as {@link #scores}. Units: the criterion's own. NaN where it has nothing to say.
     */
    Map<String, double[]> values(DependencyGroups groups);

    /** Whether a channel of this value goes; never where the value is NaN. */
    default boolean cuts(double value, double threshold) {
        return value <= threshold;
    }
}
