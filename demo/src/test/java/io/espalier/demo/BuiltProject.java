package io.espalier.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The project whose processes a test starts. */
public final class BuiltProject {
    public static final Path FOLDER = Path.of("..").toAbsolutePath().normalize();

    private BuiltProject() {}

    /** What must have been built before; the first that is missing. */
    public static Optional<Path> missing() {
        return List.of(
                        "local-stack/target/local-stack.jar",
                        "cloud-controller/target/quarkus-app/quarkus-run.jar",
                        "model-pruning/target/model-pruning.jar",
                        "edge-agent/target/edge-agent.jar")
                .stream()
                .map(FOLDER::resolve)
                .filter(file -> !Files.exists(file))
                .findFirst();
    }
}
