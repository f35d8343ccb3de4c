package io.espalier.pruning.campaign;

import io.espalier.pruning.data.Samples;
import io.espalier.pruning.reconstruction.Reconstructed;
import io.espalier.pruning.reconstruction.Reconstruction;

/** Fits the layers of a pruned network to the unpruned one, on some of a task's samples. */
final class LayerFitting {
    private static final int SAMPLES = 512;

    private final PrunableNetwork network;
    private final Task task;
    private final int threads;

    LayerFitting(PrunableNetwork network, Task task, int threads) {
        this.network = network;
        this.task = task;
        this.threads = threads;
    }

    Reconstructed fit(Contender pruned, Samples fitting) {
        long seed = task.recipe().seed();
        return new Reconstruction(
                        network.dependencies(),
                        network.named(pruned.kept()),
                        fitting.draw(SAMPLES, seed),
                        task.contract(),
                        seed,
                        threads)
                .mend(pruned.graph(), Reconstruction.Method.LEAST_SQUARES);
    }
}
