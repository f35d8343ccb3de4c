package io.espalier.pruning.campaign;

import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.Turns;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a campaign works with.
 *
 * @param trainer asked for only when training starts: planning needs none, and a refused target should not have to wait
 *     for native libraries to load
 * @param threads of inference
 * @param turns taken for everything that would disturb what is timed on the same machine
 * @param integers what is known of them on the device that is planned for
 * @param stopwatch times on that device; empty where it is elsewhere
 * @param limit runs on, so a workshop that has one is for one run
 */
public record Workshop(
        Supplier<Trainer> trainer,
        int threads,
        Progress progress,
        Turns turns,
        IntegerBench integers,
        Optional<Stopwatch> stopwatch,
        TimeLimit limit) {
    /** For a device of whose integers nothing is known, and which is elsewhere. */
    public Workshop(Supplier<Trainer> trainer, int threads, Progress progress, Turns turns) {
        this(trainer, threads, progress, turns, IntegerBench.UNKNOWN, Optional.empty(), TimeLimit.none());
    }

    Workshop telling(String prefix) {
        return new Workshop(
                trainer,
                threads,
                (stage, done, total, left, message) -> progress.at(stage, done, total, left, prefix + message),
                turns,
                integers,
                stopwatch,
                limit);
    }
}
