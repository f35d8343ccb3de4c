package io.espalier.pruning.training;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

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
    private final Runnable assembly = this::assemble;
    /** Has a permit once the pending batch is put together, or could not be: what it wrote is then to be seen. */
    private final Semaphore done = new Semaphore(0);

    private Batch free;
    private Batch pending;
    private int next;
    private @Nullable Throwable failure;

    BatchesAhead(Batches batches, int epoch) {
        this.batches = batches;
        this.free = batches.blank();
        this.pending = batches.blank();
        batches.startEpoch(epoch);
        thread.execute(assembly);
    }

    /** The next batch; what it held before is overwritten from the call after this one on. */
    Batch take() {
        awaitPending();
        Batch taken = pending;
        pending = free;
        free = taken;
        thread.execute(assembly);
        return taken;
    }

    private void assemble() {
        try {
            if (next < batches.perEpoch()) {
                batches.assemble(next++, pending);
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            done.release();
        }
    }

    private void awaitPending() {
        try {
            done.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException("Training was interrupted");
        }
        if (failure == null) {
            return;
        }
        done.release(); // Nothing is pending any more: neither another call nor close is to wait for it.
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("A batch could not be put together", failure);
    }

    /** Waits for the batch that is being put together: the epoch may be repeated with the same arrays. */
    @Override
    public void close() {
        thread.shutdown();
        done.acquireUninterruptibly();
        done.release();
    }
}
