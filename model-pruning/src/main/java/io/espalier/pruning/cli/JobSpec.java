package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.training.Purpose;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One job as {@code job.json} asks for it; which optional parts must be there depends on the kind.
 *
 * @param task what the model is for; decides whether the data needs labels
 * @param isa of the device
 * @param cache folder in which decoded images are kept from job to job; absent: beside the job's folder
 */
record JobSpec(
        Kind kind,
        Purpose task,
        Optional<Path> model,
        Optional<Path> dataset,
        InputContract contract,
        Recipe recipe,
        Optional<String> architecture,
        Target target,
        Optional<DeviceTimings> device,
        Isa isa,
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
