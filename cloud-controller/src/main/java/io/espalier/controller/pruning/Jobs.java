package io.espalier.controller.pruning;

import java.util.Optional;

/** What is known of jobs. */
public interface Jobs {
    Optional<Job> find(JobId id);

    /**
     * The newest job that ended well under this key: what it made is there for whoever asks the same again. A refusal
     * is not: it comes from the timings of the device that asked.
     */
    Optional<Job> done(String sharedKey);
}
