package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Scores drawn uniformly from [0, 1): the control every other criterion must beat.
 *
 * <p>A group's scores depend on the seed and the group's id alone.
 *
 * <p>Source: Mittal et al. 2018, "Recovering from Random Pruning", which shows how strong this control is after
 * fine-tuning.
 */
public final class RandomImportance implements Importance {
    private final long seed;

    public RandomImportance(long seed) {
        this.seed = seed;
    }

    @Override
    public String name() {
        return "random";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            SplittableRandom random =
                    new SplittableRandom(seed * 31 + group.id().hashCode());
            scores.put(group.id(), random.doubles(group.size()).toArray());
        }
        return scores;
    }
}
