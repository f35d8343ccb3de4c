package io.espalier.pruning.training;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The batches of one epoch in order, the next one put together on a thread of its own while this one is trained on: what
 * augmenting and asking the teacher takes is not waited for where a core is free.
 */
final class BatchesAhead implements AutoCloseable {
    private final Batches batches;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread named = new Thread(work, "batches");
        named.setDaemon(true);
        return named;
    });
    private Batch free;
    private int next;
    private Future<Batch> pending;

    BatchesAhead(Batches batches, int epoch) {
        this.batches = batches;
        this.free = batches.blank();
        batches.startEpoch(epoch);
        this.pending = begin(batches.blank());
    }

    /** The next batch; what it held before is overwritten from the call after this one on. */
    Batch take() {
        Batch taken = done(pending);
        pending = begin(free);
        free = taken;
        return taken;
    }

    private Future<Batch> begin(Batch into) {
        int batch = next++;
        return thread.submit(() -> {
            if (batch < batches.perEpoch()) {
                batches.assemble(batch, into);
            }
            return into;
        });
    }

    private static Batch done(Future<Batch> pending) {
        try {
            return pending.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("A batch could not be put together", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException("Training was interrupted");
        }
    }

    /** Waits for the batch that is being put together: the epoch may be repeated with the same arrays. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            pending.get();
        } catch (ExecutionException e) {
            // Nobody takes that batch any more; who took one before was told by it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
