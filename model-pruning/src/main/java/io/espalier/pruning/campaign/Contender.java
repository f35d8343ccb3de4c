package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.Timing;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One way to fit the target: widths, the channels kept at them, and how well that does.
 *
 * @param name of the criterion and the way widths were chosen, such as {@code l1-knapsack}, or {@code all-channels} where
 *     none is cut, and of the blocks left out
 * @param form what it was cut from
 * @param criterion that ranked the channels
 * @param byMagnitude groups that this criterion is silent on, ranked by L1 instead
 * @param kept channels, one array a group of the form
 * @param scores on held-out training samples
 * @param measured what it takes on the device; empty where the device is elsewhere, and for those that dropped out before
 */
record Contender(
        String name,
        Form form,
        String criterion,
        Set<String> byMagnitude,
        Allocation.Chosen allocation,
        List<int[]> kept,
        Scores scores,
        Optional<Timing> measured) {
    Contender {
        byMagnitude = Collections.unmodifiableSet(new TreeSet<>(byMagnitude));
        kept = List.copyOf(kept);
    }

    /** The same, once it is known what fitting its layers is worth. */
    Contender withFitted(double score) {
        return with(name, scores.withFitted(score), measured);
    }

    /** The same, once it was trained. */
    Contender withTrained(double score) {
        return with(name, scores.withTrained(score), measured);
    }

    /** The same, once it was timed on the device. */
    Contender withMeasured(Timing timing) {
        return with(name, scores, Optional.of(timing));
    }

    /** The same under another name, where a second plan has one of this name. */
    Contender named(String other) {
        return with(other, scores, measured);
    }

    private Contender with(String as, Scores known, Optional<Timing> timing) {
        return new Contender(as, form, criterion, byMagnitude, allocation, kept, known, timing);
    }

    /** The network as it was cut; made anew each time, since many contenders of a large network would fill memory. */
    Graph graph() {
        return form.network().keeping(kept);
    }

    /** The best that is known of it before it is trained. */
    double score() {
        return scores.fitted().orElse(scores.cut());
    }

    boolean isFinalist() {
        return scores.fitted().isPresent();
    }

    /** Whether it takes longer than it may where it was timed. */
    boolean isTooSlow() {
        return measured.isPresent()
                && measured.get().p95Micros()
                        > form.planner().latencyBudgetMicros().orElse(Double.POSITIVE_INFINITY);
    }

    /** Whether it is the same network as another of its form. */
    boolean keepsTheSameAs(Contender other) {
        return IntStream.range(0, kept.size()).allMatch(g -> Arrays.equals(kept.get(g), other.kept.get(g)));
    }

    boolean isUniform() {
        return name.startsWith(criterion + Contest.UNIFORM);
    }
}
