package io.espalier.benchmarks;

import java.io.PrintStream;
import java.util.List;

/** One claim: the work that shows it, and the bar that it must reach. */
public interface Benchmark {
    /** What it is called on the command line. */
    String name();

    /** What is measured and against what, in one line. */
    String about();

    /** Real data it reads, by the names in {@link Setting#data(String)}; missed before any work begins. */
    default List<String> reads() {
        return List.of();
    }

    /** The work, stage after stage; the same for the same setting. */
    List<Stage> stages(Setting setting);

    /** Prints what was measured as a table and compares it with the bar. */
    Verdict judge(Results results, Setting setting, PrintStream out);
}
