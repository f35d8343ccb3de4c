package io.espalier.faults.device;

import io.espalier.faults.disk.FaultyFileSystemProvider;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The agent as it is shipped, and the disk that it is to run on.
 *
 * @param classPath the agent's jar and libraries, and nothing of the bench but its disk
 */
public record BuiltAgent(String classPath) {
    /** Throws where the project is not built. */
    public static BuiltAgent of(Path project) {
        Path target = project.resolve("edge-agent").resolve("target");
        Path jar = target.resolve("edge-agent.jar");
        if (!Files.exists(jar) || !Files.isDirectory(target.resolve("lib"))) {
            throw new IllegalArgumentException(jar + " and its lib are not there: build the project with mvn package");
        }
        return new BuiltAgent(
                String.join(File.pathSeparator, List.of(jar.toString(), target.resolve("lib") + "/*", disk())));
    }

    private static String disk() {
        try {
            return Path.of(FaultyFileSystemProvider.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
