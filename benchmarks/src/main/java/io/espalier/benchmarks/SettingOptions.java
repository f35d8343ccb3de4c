package io.espalier.benchmarks;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that a run hands on to its steps. */
final class SettingOptions {
    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Repetitions, each with another seed (default: 3).")
    private int seeds;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of real data (default: $ESPALIER_DATA).")
    private @Nullable Path data;

    @Option(names = "--folder", paramLabel = "DIR", description = "Where results are kept (default: .espalier/bench).")
    private @Nullable Path folder;

    Setting setting() {
        String known = System.getenv("ESPALIER_DATA");
        Path home = Path.of(System.getProperty("espalier.home", ".espalier"));
        return new Setting(
                seeds,
                Optional.ofNullable(data != null ? data : known == null ? null : Path.of(known)),
                (folder != null ? folder : home.resolve("bench")).toAbsolutePath());
    }
}
