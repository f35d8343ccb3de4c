package io.espalier.benchmarks;

/** Where a test lets a step work. */
public final class Workplaces {
    private Workplaces() {}

    /** Without results of earlier stages. */
    public static Workplace of(Setting setting) {
        Results results = new Results(setting.folder().resolve("bench-of-test"));
        return new Workplace(setting, results.folderOf("step"), results, System.out);
    }
}
