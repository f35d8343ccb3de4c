package io.espalier.pruning.campaign;

import java.util.List;
import java.util.Optional;

/**
 * Keeps what each round made, so that a campaign that was stopped goes on behind its last whole round, or ends with it where the
 * next one loses too much. What the campaign's last one made is kept where 8-bit integers are still to be tried: these may take as
 * much training again.
 */
public interface Checkpoints {
    /** Remembers nothing. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public Optional<Checkpoint> latest(Task task) {
            return Optional.empty();
        }

        @Override
        public void keep(Task task, Checkpoint checkpoint) {}
    };

    /** What was kept last for exactly this task. */
    Optional<Checkpoint> latest(Task task);

    /** Replaces what was kept before; whole or not at all. */
    void keep(Task task, Checkpoint checkpoint);

    /**
     * The state behind a round.
     *
     * @param onnx the network as it was trained
     * @param survivors of the unpruned network
     * @param rounds so far, the latest last
     * @param last what else is told of the latest
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Checkpoint(byte[] onnx, Survivors survivors, List<Variant.Round> rounds, LastRound last) {
        public Checkpoint {
            rounds = List.copyOf(rounds);
        }
    }
}
