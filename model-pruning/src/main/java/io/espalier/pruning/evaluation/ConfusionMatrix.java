package io.espalier.pruning.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How often samples of each class were taken for each class. Only pairs that occurred are held, so there are never more
 * than there were samples, however many classes.
 *
 * @param classes outputs of the model
 * @param counts samples of each pair that occurred, all positive
 */
public record ConfusionMatrix(int classes, Map<Pair, Integer> counts) {
    public static final ConfusionMatrix EMPTY = new ConfusionMatrix(0, Map.of());

    /** A class that samples were of, and the class the model took them for. */
    public record Pair(int actual, int said) {
        public boolean isRight() {
            return actual == said;
        }
    }

    /** How often one pair occurred. */
    public record Count(int actual, int said, int samples) {}

    public ConfusionMatrix {
        counts = Map.copyOf(counts);
        for (Pair pair : counts.keySet()) {
            if (pair.actual < 0 || pair.actual >= classes || pair.said < 0 || pair.said >= classes) {
                throw new IllegalArgumentException(pair + " is outside " + classes + " classes");
            }
        }
    }

    public int count(int actual, int said) {
        return counts.getOrDefault(new Pair(actual, said), 0);
    }

    /** Samples of every class, in the order of the classes. */
    public int[] samplesByClass() {
        int[] samples = new int[classes];
        counts.forEach((pair, count) -> samples[pair.actual] += count);
        return samples;
    }

    /** Share of the samples of a class that were taken for it; empty where there were none. */
    public OptionalDouble recall(int actual) {
        int samples = counts.entrySet().stream()
                .filter(entry -> entry.getKey().actual == actual)
                .mapToInt(Map.Entry::getValue)
                .sum();
        return samples == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) count(actual, actual) / samples);
    }

    /** The mistakes, the most frequent first; equally frequent ones in the order of the classes. */
    public List<Count> mistakes() {
        return counts.entrySet().stream()
                .filter(entry -> !entry.getKey().isRight())
                .map(entry -> new Count(entry.getKey().actual, entry.getKey().said, entry.getValue()))
                .sorted(Comparator.comparingInt(Count::samples)
                        .reversed()
                        .thenComparingInt(Count::actual)
                        .thenComparingInt(Count::said))
                .toList();
    }
}
