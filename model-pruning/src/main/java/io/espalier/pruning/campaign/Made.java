package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Cost;
import java.util.List;
import java.util.Optional;

/**
 * A network that was cut and trained, in float.
 *
 * @param result of the last round
 * @param survivors of the unpruned network
 * @param rounds that led to it, the last one last
 * @param stop why the round behind it did not take its place; empty where it was the last
 */
record Made(PruningRound.Result result, Survivors survivors, List<Variant.Round> rounds, Optional<Stop> stop) {
    Made {
        rounds = List.copyOf(rounds);
    }

    Made(PruningRound.Result result, Survivors survivors, List<Variant.Round> rounds) {
        this(result, survivors, rounds, Optional.empty());
    }

    Made stoppedBy(Stop next) {
        return new Made(result, survivors, rounds, Optional.of(next));
    }

    String name() {
        return result.winner().name();
    }

    /** What predictions were multiplied by in the end. */
    double latencyCorrection() {
        return result.winner().form().planner().latencyCorrection();
    }

    /** What it costs in float, whatever form it was planned for. */
    Cost inFloat() {
        Contender winner = result.winner();
        return winner.form()
                .network()
                .pricing(winner.form().planner().latency())
                .of(winner.allocation().widths());
    }
}
