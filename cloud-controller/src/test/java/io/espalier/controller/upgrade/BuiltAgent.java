package io.espalier.controller.upgrade;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real agent as the build left it, and archives of other versions of it. */
final class BuiltAgent {
    private static final Path TARGET =
            Path.of("../edge-agent/target").toAbsolutePath().normalize();
    private static final Path JAR = TARGET.resolve("edge-agent.jar");
    private static final String MAIN_CLASS = "io/espalier/agent/AgentMain.class";

    /** More than {@code espalier.artifact.retained-max-bytes} is where nobody sets it. */
    private static final int BALLAST_BYTES = 33 << 20;

    private BuiltAgent() {}

    /** The first file that a build of the module would have left and that is not there. */
    static Optional<Path> missing() {
        return Stream.of(JAR, launcher(), TARGET.resolve("lib"))
                .filter(file -> !Files.exists(file))
                .findFirst();
    }

    static Path launcher() {
        return TARGET.resolve("bin/espalier-agent");
    }

    /** The same program under another version; its libraries it borrows from the build, 70 MB that need not travel. */
    static byte[] archive(String version) throws IOException {
        return archive(jar(version, false));
    }

    /** One that is too large to be retained on the broker. */
    static byte[] largeArchive(String version) throws IOException {
        return program(jar(version, false))
                .with("program/ballast.jar", new byte[BALLAST_BYTES])
                .archive();
    }

    /** A program that looks whole and that Java cannot start. */
    static byte[] archiveThatDoesNotStart(String version) throws IOException {
        return archive(jar(version, true));
    }

    private static byte[] archive(byte[] jar) {
        return program(jar).archive();
    }

    private static ToyProgram program(byte[] jar) {
        int machine = System.getProperty("os.arch").equals("aarch64") ? ToyProgram.ARM64 : ToyProgram.AMD64;
        return new ToyProgram()
                .with("program/edge-agent.jar", jar)
                .with("program/libforthisprocessor.so", ToyProgram.library(machine));
    }

    private static byte[] jar(String version, boolean broken) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarInputStream built = new JarInputStream(Files.newInputStream(JAR))) {
            Manifest manifest = new Manifest(built.getManifest());
            manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, libraries());
            try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry = built.getNextJarEntry(); entry != null; entry = built.getNextJarEntry()) {
                    jar.putNextEntry(new JarEntry(entry.getName()));
                    boolean unreadable = broken && entry.getName().equals(MAIN_CLASS);
                    try (InputStream content = new ByteArrayInputStream(
                            unreadable ? "no class".getBytes(StandardCharsets.UTF_8) : built.readAllBytes())) {
                        content.transferTo(jar);
                    }
                    jar.closeEntry();
                }
            }
        }
        return bytes.toByteArray();
    }

    private static String libraries() throws IOException {
        try (Stream<Path> jars = Files.list(TARGET.resolve("lib"))) {
            return jars.sorted().map(jar -> jar.toUri().toString()).collect(Collectors.joining(" "));
        }
    }
}
