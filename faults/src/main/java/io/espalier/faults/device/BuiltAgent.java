package io.espalier.faults.device;

import io.espalier.faults.disk.FaultyFileSystemProvider;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The agent as it is shipped, and the disk that it is to run on.
 *
 * @param classPath the agent's jar and libraries, and nothing of the bench but its disk
 * @param target what the build of the agent has left
 */
public record BuiltAgent(String classPath, Path target) {
    /** Throws where the project is not built. */
    public static BuiltAgent of(Path project) {
        Path target = project.resolve("edge-agent").resolve("target");
        Path jar = target.resolve("edge-agent.jar");
        if (!Files.exists(jar) || !Files.isDirectory(target.resolve("lib"))) {
            throw new IllegalArgumentException(jar + " and its lib are not there: build the project with mvn package");
        }
        return new BuiltAgent(
                String.join(File.pathSeparator, List.of(jar.toString(), target.resolve("lib") + "/*", disk())), target);
    }

    Path launcher() {
        return target.resolve("bin").resolve("espalier-agent");
    }

    /** A program that runs as this one does: a jar that leads to what was built, so that 70 MB need not travel. */
    public byte[] otherProgram() throws IOException {
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            return jarThatLeadsTo(Stream.concat(Stream.of(target.resolve("edge-agent.jar")), libraries.sorted())
                    .map(jar -> jar.toUri().toString())
                    .collect(Collectors.joining(" ")));
        }
    }

    /** A program that never reports in. */
    public static byte[] programThatDoesNotStart() throws IOException {
        return jarThatLeadsTo("nowhere.jar");
    }

    private static byte[] jarThatLeadsTo(String classPath) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return jar.toByteArray();
    }

    /** Where the classes of the disk are. */
    static String disk() {
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
