package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Cost;
import java.util.List;

/**
 * Why this one: everything that was considered, the chosen one first.
 *
 * @param rounds of the search that led to the chosen widths
 * @param latencyError mean relative error of the latency model, each model-suite probe predicted from the others
 * @param latencyMargin fraction of the latency budget that was planned with
 */
public record Candidates(
        List<Candidate> all, List<Allocation.Round> rounds, double latencyError, double latencyMargin) {

    /**
     * One considered network.
     *
     * @param score accuracy on validation samples before fine-tuning
     */
    public record Candidate(String name, Cost cost, double score, boolean chosen, String reason) {}

    public Candidates {
        all = List.copyOf(all);
        rounds = List.copyOf(rounds);
    }
}
