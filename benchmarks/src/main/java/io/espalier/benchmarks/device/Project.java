package io.espalier.benchmarks.device;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder with the built modules, whose programs are measured as a user starts them. */
final class Project {
    private static final String FOLDER = "espalier.project";

    private Project() {}

    /** A file of a module; throws where it was not built. */
    static Path file(String path) {
        String folder = System.getProperty(FOLDER);
        if (folder == null) {
            throw new IllegalArgumentException(
                    "-D" + FOLDER + " is missing: start this benchmark with ./espalier bench");
        }
        Path file = Path.of(folder).resolve(path);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + " is not there: build it with mvn -DskipTests package");
        }
        return file;
    }
}
