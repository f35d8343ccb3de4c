package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One network that was considered.
 *
 * @param cutScore accuracy on validation samples as it was cut
 * @param fittedScore the same once its layers were fitted to the unpruned network, of those that were fitted
 * @param tunedScore the same after fine-tuning, of those that were fine-tuned
 * @param measured on the device before it was fine-tuned, of finalists, where the device was at hand
 * @param reason why it was taken or left
 */
public record Candidate(
        String name,
        Cost cost,
        double cutScore,
        OptionalDouble fittedScore,
        OptionalDouble tunedScore,
        Optional<Measures.Latency> measured,
        Kind kind,
        String reason) {

    /** Its part in the choice. */
    public enum Kind {
        DENSE,
        CHOSEN,
        OTHER
    }

    /** Its name as people read it: the unpruned model has another one in files. */
    public String shownName() {
        return kind == Kind.DENSE ? "unpruned" : name;
    }

    /** The best that is known of it before it is fine-tuned. */
    public double score() {
        return fittedScore.orElse(cutScore);
    }

    /** The best that is known of it. */
    public double standing() {
        return tunedScore.orElse(score());
    }
}
