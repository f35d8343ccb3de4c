package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.latency.DeviceTimings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One job as {@code job.json} asks for it; which optional parts must be there depends on the kind.
 *
 * @param cache folder in which decoded images are kept from job to job; absent: beside the job's folder
 */
record JobSpec(
        Kind kind,
        Optional<Path> model,
        Optional<Path> dataset,
        InputContract contract,
        Recipe recipe,
        Optional<String> architecture,
        Target target,
        Optional<DeviceTimings> device,
        int threads,
        Optional<Path> hostLock,
        Optional<Path> cache) {

    enum Kind {
        INSPECT,
        TRAIN,
        PRUNE,
        BASELINE
    }
}
