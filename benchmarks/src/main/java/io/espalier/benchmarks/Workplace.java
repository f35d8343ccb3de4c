package io.espalier.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where a step runs.
 *
 * @param folder of this step alone; what is in it stays for later steps. A step that was stopped begins anew all the same
 * @param results of earlier stages
 * @param log for progress, a line at a time
 */
public record Workplace(Setting setting, Path folder, Results results, PrintStream log) {}
