package io.espalier.pruning.campaign;

import io.espalier.pruning.data.Samples;
import io.espalier.pruning.reconstruction.Reconstructed;
import io.espalier.pruning.reconstruction.Reconstruction;

/** Fits the layers of pruned networks to the unpruned one, on some of a task's samples. */
final class LayerFitting {
    private static final int SAMPLES = 512;

    private final PrunableNetwork unpruned;
    private final Task task;
    private final Samples samples;
    private final int threads;
    private final Progress progress;

    LayerFitting(PrunableNetwork unpruned, Task task, Samples fitting, int threads, Progress progress) {
        this.unpruned = unpruned;
        this.task = task;
        this.samples = fitting.draw(SAMPLES, task.recipe().seed());
        this.threads = threads;
        this.progress = progress;
    }

    Reconstructed fit(Contender pruned) {
        progress.begins("fit", "fitting the layers of " + pruned.name() + " to the unpruned model");
        PrunableNetwork cut = pruned.form().network();
        return new Reconstruction(
                        unpruned.dependencies(),
                        cut.dependencies(),
                        cut.named(pruned.kept()),
                        samples,
                        task.contract(),
                        task.recipe().seed(),
                        threads)
                .mend(pruned.graph());
    }
}
