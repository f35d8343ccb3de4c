package io.espalier.pruning.cli;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.latency.DeviceTimings;
import java.nio.file.Path;
import java.util.Optional;

/** One job as {@code job.json} asks for it; which optional parts must be there depends on the kind. */
record JobSpec(
        Kind kind,
        Optional<Path> model,
        Optional<Path> dataset,
        ContractSpec contract,
        Recipe recipe,
        Optional<String> architecture,
        Target target,
        Optional<DeviceTimings> device,
        int threads,
        Optional<Path> hostLock) {

    enum Kind {
        INSPECT,
        TRAIN,
        PRUNE,
        BASELINE
    }

    /** How raw values become the model's input: {@code (raw * scale - mean[channel]) / std[channel]}. */
    record ContractSpec(float scale, float[] mean, float[] std) {
        static final ContractSpec RAW = new ContractSpec(1, new float[0], new float[0]);
    }
}
