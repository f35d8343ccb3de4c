package io.espalier.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where a step runs.
 *
 * @param folder of this step alone; checkpoints in it survive a run that was stopped
 * @param results of earlier stages
 * @param log for progress, a line at a time
 */
public record Workplace(Setting setting, Path folder, Results results, PrintStream log) {}
