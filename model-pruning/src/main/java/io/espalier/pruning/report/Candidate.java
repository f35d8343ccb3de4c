package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import java.util.OptionalDouble;

/**
 * One network that was considered.
 *
 * @param score accuracy on validation samples as pruned, before any fine-tuning
 * @param tunedScore the same after fine-tuning, of those that were fine-tuned
 * @param reason why it was taken or left
 */
public record Candidate(String name, Cost cost, double score, OptionalDouble tunedScore, Kind kind, String reason) {

    /** Its part in the choice. */
    public enum Kind {
        DENSE,
        CHOSEN,
        OTHER
    }

    /** The best that is known of it. */
    public double standing() {
        return tunedScore.orElse(score);
    }
}
