package io.espalier.pruning.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real models and data that tests use where they are present. */
public final class RealData {
    private RealData() {}

    /** Below the folder of real data; where it is not there, the calling test is skipped with the reason. */
    public static Path file(String first, String... more) {
        String data = System.getenv("ESPALIER_DATA");
        Path named = Path.of(first, more);
        assumeTrue(data != null, "skipped: ESPALIER_DATA is not set, so " + named + " is not there");
        Path file = Path.of(String.valueOf(data)).resolve(named);
        assumeTrue(Files.exists(file), "skipped: " + file + " does not exist; ESPALIER_DATA names its folder");
        return file;
    }
}
