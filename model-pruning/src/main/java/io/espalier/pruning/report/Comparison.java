package io.espalier.pruning.report;

import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.evaluation.Quality;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The model as it came and the variant made of it.
 *
 * @param pruned the variant before fine-tuning
 * @param drawnByLot score with channels drawn by lot at the same widths, without fine-tuning
 * @param compressed the files, as they travel or rest
 * @param stopped why the campaign ended before its last round; absent where it did not
 * @param note why the variant was fitted and not fine-tuned; absent where it was fine-tuned
 */
public record Comparison(
        Measures before,
        Quality pruned,
        Measures after,
        OptionalDouble drawnByLot,
        Effort effort,
        Compressed compressed,
        Optional<Stop> stopped,
        Optional<String> note) {
    public Comparison {
        String measure = before.quality().first().name();
        for (Quality other : List.of(pruned, after.quality())) {
            if (!other.first().name().equals(measure)) {
                throw new IllegalArgumentException("The model as it came has " + measure + ", the variant "
                        + other.first().name());
            }
        }
    }

    /**
     * How much training the variant had.
     *
     * @param samples trained on in each epoch
     * @param available training samples that the data has
     */
    public record Effort(int epochs, int samples, int available) {}

    /** Bytes of the files through gzip: the only size in which single weights that are zero show. */
    public record Compressed(long beforeBytes, long afterBytes) {}

    /** What was done to win quality back, in a word. */
    public String recovered() {
        return note.isPresent() ? "fitted" : "fine-tuned";
    }

    /** What quality is measured by, in a word. */
    public String measure() {
        return after.quality().first().name();
    }

    /** Gained score as a fraction; negative where some was lost. */
    public double gain() {
        return after.quality().score() - before.quality().score();
    }
}
