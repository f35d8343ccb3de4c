package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.latency.Timing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Why this one: everything that was considered, the chosen one first.
 *
 * @param rounds of the search that led to the chosen widths
 * @param latencyError mean relative error of the latency model, each model-suite probe predicted from the others
 * @param latencyMargin fraction of the latency budget that was planned with
 * @param latencyCorrection what predictions were multiplied by for a second plan and the rounds behind it, after everything of
 *     the first had been measured over the budget; 1 where there was none
 */
public record Candidates(
        List<Candidate> all,
        List<Allocation.Round> rounds,
        double latencyError,
        double latencyMargin,
        double latencyCorrection) {

    /**
     * One considered network.
     *
     * @param cutScore on validation samples as it was cut
     * @param fittedScore the same once its layers were fitted to the unpruned network, of those that were fitted
     * @param tunedScore the same after fine-tuning, of those that were fine-tuned
     * @param measured on the device before it was fine-tuned, of finalists, where the device was at hand
     */
    public record Candidate(
            String name,
            Cost cost,
            double cutScore,
            OptionalDouble fittedScore,
            OptionalDouble tunedScore,
            Optional<Timing> measured,
            boolean chosen,
            String reason) {

        /** The best that is known of it before it is fine-tuned. */
        public double score() {
            return fittedScore.orElse(cutScore);
        }
    }

    /** The name of the unpruned network among the candidates. */
    public static final String DENSE = "dense";

    public Candidates {
        all = List.copyOf(all);
        rounds = List.copyOf(rounds);
    }
}
