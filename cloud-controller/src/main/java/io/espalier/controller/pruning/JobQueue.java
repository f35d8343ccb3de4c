package io.espalier.controller.pruning;

/** Takes long work. The job survives this process; its end is announced as {@link JobFinished}. */
public interface JobQueue {
    JobId enqueue(JobRequest request);

    /** Cancels a job that no worker has begun; any other goes on. */
    void drop(JobId id, String reason);
}
