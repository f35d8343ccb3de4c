package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher starts what trains in its own JVM as {@link WorkerJvm} says; its java only tells what it is given. */
class LauncherFlagsTest {
    private static final Path LAUNCHER = Path.of("../espalier");

    @TempDir
    Path home;

    @BeforeEach
    void install() throws IOException {
        assumeThat(Path.of("/bin/bash")).isExecutable();
        Files.copy(LAUNCHER, home.resolve("espalier"));
        Path jar = home.resolve("model-pruning/target/model-pruning.jar");
        Files.createDirectories(jar.getParent());
        Files.createFile(jar);
        Path java = home.resolve("jdk/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, """
                #!/bin/sh
                if [ "$1" = -version ]; then
                    echo 'openjdk version "17.0.1" 2021'
                else
                    env
                    printf '%s\\n' "$@"
                fi
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prune", "import"})
    void givesThemTheCapsOfAWorker(String command) throws Exception {
        List<String> told = launch(Map.of(), command, "model.onnx");
        assertThat(told.subList(0, told.indexOf("-cp"))).containsAll(WorkerJvm.FLAGS);
    }

    @Test
    void givesThemTheEnvironmentOfAWorkerWithAsManyThreads() throws Exception {
        List<String> told = launch(Map.of(), "prune", "model.onnx", "--threads=2");
        WorkerJvm.environment(2).forEach((name, value) -> assertThat(told).contains(name + "=" + value));
    }

    /** The JVM takes the last of several. */
    @Test
    void optionsOfTheUserComeAfterTheCaps() throws Exception {
        List<String> told = launch(Map.of("JAVA_OPTS", "-Xmx9g"), "prune", "model.onnx");
        assertThat(told).containsSubsequence("-Xmx2g", "-Xmx9g", "-cp");
    }

    private List<String> launch(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(home.resolve("espalier").toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        builder.environment().put("ESPALIER_BUILD", "off");
        builder.environment().put("ESPALIER_HOME", home.resolve("data").toString());
        WorkerJvm.environment(1).keySet().forEach(builder.environment()::remove);
        builder.environment().remove("JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said.lines().toList();
    }
}
