package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.evaluation.Quality;
import io.espalier.pruning.graph.Graph;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One way to fit the target: widths, the channels kept at them, and how well that does before any fine-tuning.
 *
 * @param name of the criterion and the way widths were chosen, such as {@code l1-knapsack}, and of the blocks left out
 * @param form what it was cut from
 * @param criterion that ranked the channels
 * @param byMagnitude groups that this criterion is silent on, ranked by L1 instead
 * @param kept channels, one array a group of the form
 * @param validation on held-out training samples, as it was cut
 * @param fitted the same once its layers were fitted to the unpruned network; empty for those that dropped out before
 */
record Contender(
        String name,
        Form form,
        String criterion,
        Set<String> byMagnitude,
        Allocation.Chosen allocation,
        List<int[]> kept,
        Quality validation,
        Optional<Quality> fitted) {
    Contender {
        byMagnitude = Collections.unmodifiableSet(new TreeSet<>(byMagnitude));
        kept = List.copyOf(kept);
    }

    /** The same, once it is known what fitting its layers is worth. */
    Contender withFitted(Quality found) {
        return new Contender(name, form, criterion, byMagnitude, allocation, kept, validation, Optional.of(found));
    }

    /** The network as it was cut; made anew each time, since many contenders of a large network would fill memory. */
    Graph graph() {
        return form.network().keeping(kept);
    }

    /** The best that is known of it before it is trained. */
    double score() {
        return fitted.orElse(validation).score();
    }

    /** What fitting its layers made of the score; empty for those that dropped out before. */
    OptionalDouble fittedScore() {
        return fitted.map(each -> OptionalDouble.of(each.score())).orElse(OptionalDouble.empty());
    }

    /** Whether it is the same network as another of its form. */
    boolean keepsTheSameAs(Contender other) {
        return IntStream.range(0, kept.size()).allMatch(g -> Arrays.equals(kept.get(g), other.kept.get(g)));
    }

    boolean isUniform() {
        return name.startsWith(criterion + Contest.UNIFORM);
    }
}
