package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.Progress;

/** Joins the parts of the module to do one job. */
final class JobRunner {
    JobRunner(JobFolder folder, Progress progress) {}

    Outcome run(JobSpec spec) {
        throw new InvalidInputException("The job cannot be done", "kind " + spec.kind() + " is not offered yet");
    }
}
