package io.espalier.pruning.campaign;

import java.util.Optional;

/** Keeps the latest in memory, whatever it is of. */
final class RememberedCheckpoint implements Checkpoints {
    private Optional<Checkpoint> latest = Optional.empty();

    @Override
    public Optional<Checkpoint> latest(Task task) {
        return latest;
    }

    @Override
    public void keep(Task task, Checkpoint checkpoint) {
        latest = Optional.of(checkpoint);
    }
}
