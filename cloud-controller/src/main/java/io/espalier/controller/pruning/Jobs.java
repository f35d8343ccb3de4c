package io.espalier.controller.pruning;

import java.util.Optional;

/** What is known of jobs. */
public interface Jobs {
    Optional<Job> find(JobId id);

    /** The newest job that ended well or refused under this key: its answer holds for whoever asks the same again. */
    Optional<Job> answered(String sharedKey);
}
