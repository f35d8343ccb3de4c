package io.espalier.pruning.importance;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Picks the channels to keep from their scores. */
public final class TopChannels {
    private TopChannels() {}

    /** The {@code count} channels of highest score, in ascending order; of equal scores the lower channel is kept. */
    public static int[] keep(double[] scores, int count) {
        if (count < 1 || count > scores.length) {
            throw new IllegalArgumentException(
                    "Cannot keep " + count + " of " + scores.length + " channels; keep between 1 and all.");
        }
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer channel) -> -scores[channel]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }
}
