package io.espalier.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a folder of its own, with a java that only tells its arguments. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../espalier");

    @TempDir
    Path home;

    /** How one call ended, with standard output and error in one. */
    private record Ended(int code, String said) {}

    @BeforeEach
    void install() throws IOException {
        assumeThat(Path.of("/bin/bash")).isExecutable();
        Files.copy(LAUNCHER, home.resolve("espalier"));
        for (String built : List.of(
                "model-pruning/target/model-pruning.jar", "cloud-controller/target/quarkus-app/quarkus-run.jar")) {
            Files.createDirectories(home.resolve(built).getParent());
            Files.createFile(home.resolve(built));
        }
        java("echo 'openjdk version \"17.0.1\" 2021'", "printf '%s\\n' \"$@\"");
    }

    @Test
    void namesAnUnknownCommandAndTheOnesThereAre() throws Exception {
        Ended ended = launch("prunee");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).startsWith("espalier: there is no \"prunee\".").contains("./espalier prune  ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "help", "-h", "--help"})
    void explainsItself(String argument) throws Exception {
        Ended ended = argument.isEmpty() ? launch() : launch(argument);
        assertThat(ended.code()).isZero();
        assertThat(ended.said()).contains("./espalier agent  ").contains("JAVA_HOME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "controller", "package"})
    void helpFitsATerminalOf80Columns(String command) throws Exception {
        assertThat(launch(command, "--help").said().lines())
                .hasSizeGreaterThan(3)
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void saysWhereThePackagesAreAndHowToInstallOne() throws Exception {
        maven(
                "mkdir -p agent-package/target",
                "echo packed > agent-package/target/espalier-agent_1.2_arm64.deb",
                "echo packed > agent-package/target/espalier-agent-1.2-arm64.tar.gz",
                "printf '\\033[0m'");

        Ended ended = launch(Map.of("PATH", home.resolve("bin") + ":" + System.getenv("PATH")), "package");

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .contains(home.resolve("agent-package/target").toString())
                .contains("espalier-agent_1.2_arm64.deb ", "espalier-agent-1.2-arm64.tar.gz ")
                .contains("apt install", "bin/espalier-agent --config agent.properties")
                .doesNotContain("\u001b");
    }

    @Test
    void saysWhatIsWrongWithAPackageThatCannotBeBuilt() throws Exception {
        maven("echo '[INFO] this and that'", "echo '[ERROR] no room'", "exit 1");

        Ended ended = launch(Map.of("PATH", home.resolve("bin") + ":" + System.getenv("PATH")), "package");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .contains("[ERROR] no room", "the whole log is in " + home.resolve("target/espalier-build.log"))
                .doesNotContain("[INFO]");
    }

    @Test
    void packageTakesNoArguments() throws Exception {
        Ended ended = launch("package", "--arm64");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).startsWith("espalier package: ").contains("\"--arm64\"", "./espalier package --help");
    }

    @Test
    void saysThatThereIsNoJavaWhereJavaHomePoints() throws Exception {
        Files.delete(home.resolve("jdk/bin/java"));
        Ended ended = launch("prune");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .isEqualTo("espalier: JAVA_HOME is " + home.resolve("jdk")
                        + ", but there is no bin/java in it. Point it at a JDK 17 or later.");
    }

    @Test
    void saysThatJavaIsTooOldOrBroken() throws Exception {
        java("echo 'java version \"11.0.2\" 2019'", ":");
        assertThat(launch("prune").said()).contains("is Java 11; Espalier needs 17 or later");
        java("exit 127", ":");
        Ended broken = launch("prune");
        assertThat(broken.code()).isEqualTo(1);
        assertThat(broken.said()).contains("is Java of unknown version; Espalier needs 17 or later");
    }

    @Test
    void saysWhatIsNotBuiltWhereItMustNotBuild() throws Exception {
        Files.delete(home.resolve("model-pruning/target/model-pruning.jar"));
        Ended ended = launch("prune", "--help");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .contains(home.resolve("model-pruning/target/model-pruning.jar") + " is not there")
                .contains("ESPALIER_BUILD=off");
    }

    @Test
    void startsACopiedAgentWithoutMavenOrSources() throws Exception {
        Path agent = home.resolve("edge-agent/target/edge-agent.jar");
        Files.createDirectories(agent.getParent());
        Files.createFile(agent);
        Path launcher = Files.createDirectories(agent.resolveSibling("bin")).resolve("espalier-agent");
        Files.writeString(launcher, "printf '%s\\n' \"$0\" \"$@\"\n");
        maven("touch " + home.resolve("maven-ran"), "exit 1");

        Ended ended = launch(
                Map.of("ESPALIER_BUILD", "on", "PATH", home.resolve("bin") + ":" + System.getenv("PATH")),
                "agent",
                "--config",
                "agent.properties");

        assertThat(ended.code()).isZero();
        assertThat(ended.said().lines()).containsExactly(launcher.toString(), "--config", "agent.properties");
        assertThat(home.resolve("maven-ran")).doesNotExist();
    }

    @Test
    void handsThePasswordOfTheDatabaseOnUnseen() throws Exception {
        java("echo 'openjdk version \"17.0.1\" 2021'", "printf '%s\\n' \"$QUARKUS_DATASOURCE_PASSWORD\" \"$@\"");
        Path properties = home.resolve("data/stack/stack.properties");
        Files.createDirectories(properties.getParent());
        Files.writeString(properties, "jdbc.username=espalier\njdbc.password=s3cret\n");

        List<String> said = launch("controller").said().lines().toList();

        assertThat(said).first().isEqualTo("s3cret");
        assertThat(said.subList(1, said.size()))
                .contains("-Dquarkus.datasource.username=espalier")
                .noneMatch(argument -> argument.contains("s3cret"));
    }

    @Test
    void handsSettingsOfTheControllerToJavaAndOptionsToTheController() throws Exception {
        List<String> arguments = launch("controller", "--port", "9000", "-Dquarkus.http.host=0.0.0.0")
                .said()
                .lines()
                .toList();
        assertThat(arguments.indexOf("-Dquarkus.http.host=0.0.0.0")).isBetween(0, arguments.indexOf("-jar"));
        assertThat(arguments.subList(arguments.size() - 3, arguments.size()))
                .containsExactly(
                        home.resolve("cloud-controller/target/quarkus-app/quarkus-run.jar")
                                .toString(),
                        "--port",
                        "9000");
    }

    @Test
    void explainsTheController() throws Exception {
        Ended ended = launch("controller", "--port", "1", "--help");
        assertThat(ended.code()).isZero();
        assertThat(ended.said())
                .startsWith("Usage: ./espalier controller [--port N]")
                .contains("Exit code: 0 stopped");
    }

    private Ended launch(String... arguments) throws IOException, InterruptedException {
        return launch(Map.of(), arguments);
    }

    private Ended launch(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("espalier").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        builder.environment().put("ESPALIER_BUILD", "off");
        builder.environment().put("ESPALIER_HOME", home.resolve("data").toString());
        builder.environment().remove("JAVA_OPTS");
        builder.environment().remove("QUARKUS_DATASOURCE_PASSWORD");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said.strip());
    }

    /** Installs a Maven of these commands of the shell. */
    private void maven(String... commands) throws IOException {
        Path maven = home.resolve("bin/mvn");
        Files.createDirectories(maven.getParent());
        Files.writeString(maven, "#!/bin/sh\n" + String.join("\n", commands) + "\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Installs a java that answers {@code -version} and everything else by these commands of the shell. */
    private void java(String version, String otherwise) throws IOException {
        Path java = home.resolve("jdk/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(
                java, "#!/bin/sh\nif [ \"$1\" = -version ]; then " + version + "; else " + otherwise + "; fi\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
