package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher starts, with a script in Java's place that notes the class path and does what a test wants. */
class LauncherTest {
    private static final String DIGEST = "0".repeat(64);

    /** Notes how it was called where it is to archive classes, and makes that archive. */
    private static final String ARCHIVES = """
            for word; do
                case $word in -XX:ArchiveClassesAtExit=*) echo "$*" > %s; echo classes > "${word#*=}" ;; esac
            done
            """;

    @TempDir
    Path folder;

    private final Map<String, String> settings = new HashMap<>();
    private Path programs;

    @BeforeEach
    void install() throws IOException {
        assumeThat(System.getenv("PATH").split(File.pathSeparator))
                .as("%s is installed", shell().get(0))
                .anyMatch(place -> Files.isExecutable(Path.of(place, shell().get(0))));
        copyLauncher();
        programs = Files.createDirectories(folder.resolve("state/program"));
        jar(folder.resolve("home/program"));
        Files.writeString(folder.resolve("cache"), "in the way, so that no class archive is made");
        java("exit 7");
    }

    /** What runs the launcher: whatever {@code /bin/sh} is here, dash on Debian. */
    List<String> shell() {
        return List.of("sh");
    }

    private void copyLauncher() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("home/bin"));
        Files.copy(Path.of("src/main/launcher/espalier-agent"), bin.resolve("espalier-agent"));
    }

    @Test
    void startsTheInstalledProgramWhereThereIsNoOther() throws Exception {
        assertThat(launch()).isEqualTo(7);
        assertThat(started()).containsExactly("home/program");
    }

    @Test
    void startsTheCurrentSlotUnlessItIsNotWhole() throws Exception {
        slot("a");
        mark("current", "a");
        launch();
        Files.delete(programs.resolve("a/release.dsse"));
        launch();
        Files.writeString(programs.resolve("current"), "nonsense\n");
        launch();

        assertThat(started()).containsExactly("state/program/a", "home/program", "home/program");
    }

    @Test
    void triesANewProgramThreeTimesAndGoesBack() throws Exception {
        slot("a");
        slot("b");
        mark("current", "a");
        mark("next", "b");

        for (int i = 0; i < 5; i++) {
            assertThat(launch()).isEqualTo(7);
        }

        assertThat(started())
                .containsExactly(
                        "state/program/b", "state/program/b", "state/program/b", "state/program/a", "state/program/a");
        assertThat(programs.resolve("next")).doesNotExist();
        assertThat(programs.resolve("boots")).doesNotExist();
        assertThat(programs.resolve("refused")).hasContent("b " + DIGEST);
    }

    @Test
    void staysWithAProgramThatHasReportedIn() throws Exception {
        slot("b");
        mark("next", "b");
        java("mv " + programs.resolve("next") + " " + programs.resolve("current") + "; exit 0");

        assertThat(launch()).isZero();
        java("exit 7");
        launch();

        assertThat(started()).containsExactly("state/program/b", "state/program/b");
    }

    @Test
    void endsANewProgramThatHangsBeforeItHasReportedIn() throws Exception {
        slot("b");
        mark("next", "b");
        java("exec sleep 300");
        settings.put("ESPALIER_TRIAL_SECONDS", "1");

        assertThat(launch()).isEqualTo(128 + 9);
    }

    @Test
    void startsTheInstalledProgramWhereAFileOfTheCurrentOneIsDamaged() throws Exception {
        slot("a");
        mark("current", "a");
        sums("a");
        launch();
        Files.writeString(programs.resolve("a/edge-agent.jar"), "another byte");
        launch();

        assertThat(started()).containsExactly("state/program/a", "home/program");
        assertThat(Files.readString(folder.resolve("log")))
                .contains("a file of the program in " + programs.resolve("a") + " is damaged");
    }

    @Test
    void triesNoProgramOfWhichAFileIsDamagedAndGivesItUpAfterThreeStarts() throws Exception {
        slot("a");
        slot("b");
        mark("current", "a");
        mark("next", "b");
        sums("b");
        Files.delete(programs.resolve("b/edge-agent.jar"));
        Files.writeString(programs.resolve("b/edge-agent.jar"), "half");

        for (int i = 0; i < 3; i++) {
            launch();
        }
        assertThat(programs.resolve("next")).exists();
        launch();

        assertThat(started()).hasSize(4).containsOnly("state/program/a");
        assertThat(programs.resolve("next")).doesNotExist();
        assertThat(programs.resolve("refused")).isRegularFile();
    }

    @Test
    void startsAProgramWhereNoSumsCanBeChecked() throws Exception {
        slot("a");
        mark("current", "a");
        sums("a");
        fails("sha256sum");

        launch();

        assertThat(started()).containsExactly("state/program/a");
    }

    /** A unit of systemd starts nothing again that ended so; then nobody would go back. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void asksToBeStartedAgainWhereANewProgramEndsWithACodeThatIsFinal(int code) throws Exception {
        slot("b");
        mark("next", "b");
        java("exit " + code);

        for (int i = 0; i < 3; i++) {
            assertThat(launch()).isEqualTo(1);
        }

        assertThat(launch()).isEqualTo(code);
        assertThat(started()).last().isEqualTo("home/program");
    }

    @Test
    void countsABootThatWasNotWrittenDownWhole() throws Exception {
        slot("b");
        mark("next", "b");
        Files.writeString(programs.resolve("boots"), "");

        launch();

        assertThat(programs.resolve("boots")).hasContent("1");
    }

    @Test
    void doesNotTryAProgramWhoseStartsCannotBeCounted() throws Exception {
        slot("a");
        slot("b");
        mark("current", "a");
        mark("next", "b");
        for (String inTheWay : List.of("boots.tmp", "boots")) {
            Files.createDirectories(programs.resolve(inTheWay).resolve("folder"));

            assertThat(launch()).as("%s cannot be written", inTheWay).isEqualTo(7);

            assertThat(Files.readString(folder.resolve("log")))
                    .contains("its start cannot be counted in " + programs.resolve("boots"));
            Files.delete(programs.resolve(inTheWay).resolve("folder"));
            Files.deleteIfExists(programs.resolve("boots/boots.tmp"));
            Files.delete(programs.resolve(inTheWay));
        }
        assertThat(launch()).isEqualTo(7);

        assertThat(started()).containsExactly("state/program/a", "state/program/a", "state/program/b");
        assertThat(programs.resolve("next")).hasContent("b " + DIGEST);
    }

    @Test
    void syncsTheNameOfTheCountBeforeItTriesAProgram() throws Exception {
        slot("b");
        mark("next", "b");
        notes("mv", "");
        notes("sync", "");

        launch();
        notes("sync", "[ $# -eq 0 ] || exit 1");
        launch();

        assertThat(noted())
                .containsExactly(
                        "sync boots.tmp",
                        "mv boots.tmp boots",
                        "sync program",
                        "sync boots.tmp",
                        "sync",
                        "mv boots.tmp boots",
                        "sync program",
                        "sync");
    }

    @Test
    void syncsThatAProgramIsSetAsideBeforeItForgetsTheCount() throws Exception {
        slot("b");
        mark("next", "b");
        Files.writeString(programs.resolve("boots"), "3\n");
        notes("mv", "");
        notes("sync", "");
        notes("rm", "");

        launch();

        assertThat(noted()).containsExactly("mv next refused", "sync program", "rm -f boots");
    }

    @Test
    void keepsTheCountOfAProgramThatCannotBeSetAside() throws Exception {
        slot("b");
        mark("next", "b");
        Files.writeString(programs.resolve("boots"), "3\n");
        fails("mv");

        assertThat(launch()).isEqualTo(7);
        assertThat(launch()).isEqualTo(7);

        assertThat(started()).containsExactly("home/program", "home/program");
        assertThat(programs.resolve("boots")).hasContent("3");
    }

    @Test
    void startsThoughTheCountOfAnEndedTrialCannotBeRemoved() throws Exception {
        slot("a");
        mark("current", "a");
        Files.createDirectories(programs.resolve("boots"));

        assertThat(launch()).isEqualTo(7);

        assertThat(started()).containsExactly("state/program/a");
    }

    @Test
    void startsThoughTheClassArchiveCannotBeKept() throws Exception {
        Path cache = folder.resolve("cache");
        Files.delete(cache);
        Files.createDirectories(cache.resolve("program-kafka.jsa.of/in-the-way"));
        java(ARCHIVES.formatted(folder.resolve("rehearsed")) + "case $* in *AgentMain*) exit 7 ;; esac");

        assertThat(launch()).isEqualTo(7);

        assertThat(Files.readString(folder.resolve("log"))).contains("the class archive could not be made");
        assertThat(started()).containsExactly("home/program");
    }

    @Test
    void rehearsesWithTheCallThatFormerProgramsUnderstand() throws Exception {
        Files.delete(folder.resolve("cache"));
        java(ARCHIVES.formatted(folder.resolve("rehearsed")));

        launch();

        assertThat(Files.readString(folder.resolve("rehearsed")))
                .contains(" -Despalier.rehearsal.sink=kafka ")
                .containsPattern("io\\.espalier\\.agent\\.Rehearsal --folder [^ ]+\\n");
    }

    @Test
    void removesTheArchivesOfAFormerNameAndOfTheOtherSink() throws Exception {
        Path cache = folder.resolve("cache");
        Files.delete(cache);
        Files.createDirectory(cache);
        for (String left : List.of("program.jsa", "program-mqtt.jsa", "a-mqtt.jsa")) {
            Files.createFile(cache.resolve(left));
            Files.createFile(cache.resolve(left + ".of"));
        }
        java(ARCHIVES.formatted(folder.resolve("rehearsed")));

        launch();

        assertThat(cache.toFile().list())
                .containsExactlyInAnyOrder("program-kafka.jsa", "program-kafka.jsa.of", "a-mqtt.jsa", "a-mqtt.jsa.of");
    }

    private int launch() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(shell());
        command.addAll(List.of(folder.resolve("home/bin/espalier-agent").toString(), "--config", "x"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
        builder.environment().put("STATE_DIRECTORY", folder.resolve("state").toString());
        builder.environment().put("CACHE_DIRECTORY", folder.resolve("cache").toString());
        builder.environment().putAll(settings);
        builder.environment().merge("PATH", folder.resolve("tools").toString(), (usual, first) -> first + ":" + usual);
        return builder.start().waitFor();
    }

    /** Folders of the programs that were started, one a start. */
    private List<String> started() throws IOException {
        return Files.readAllLines(folder.resolve("started")).stream()
                .map(line -> folder.relativize(Path.of(line)).toString())
                .toList();
    }

    private void java(String behaviour) throws IOException {
        script(folder.resolve("java/bin/java"), """
                for word; do case $word in -Despalier.program=*) echo "${word#*=}" >> %s ;; esac; done
                %s
                """.formatted(folder.resolve("started"), behaviour));
    }

    /** Lets a tool of the system fail as it does on a disk that takes no changes. */
    private void fails(String tool) throws IOException {
        script(folder.resolve("tools").resolve(tool), "exit 1");
    }

    /** Lets a tool of the system note with what names it was called, do something more, and then do what it always does. */
    private void notes(String tool, String more) throws IOException {
        script(folder.resolve("tools").resolve(tool), """
                line=%1$s
                for word; do line="$line ${word##*/}"; done
                echo "$line" >> %2$s
                %3$s
                command -p %1$s "$@"
                """.formatted(tool, folder.resolve("noted"), more));
    }

    private List<String> noted() throws IOException {
        return Files.readAllLines(folder.resolve("noted"));
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(
                file,
                "#!/bin/sh\n" + body + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void slot(String name) throws IOException {
        jar(programs.resolve(name));
        Files.createFile(programs.resolve(name).resolve("release.dsse"));
    }

    private void sums(String slot) throws Exception {
        Path jar = programs.resolve(slot).resolve("edge-agent.jar");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        Files.writeString(
                jar.resolveSibling("SHA256SUMS"), HexFormat.of().formatHex(digest) + "  " + jar.getFileName() + "\n");
    }

    private static void jar(Path program) throws IOException {
        Files.createFile(Files.createDirectories(program).resolve("edge-agent.jar"));
    }

    private void mark(String marker, String slot) throws IOException {
        Files.writeString(programs.resolve(marker), slot + " " + DIGEST + "\n");
    }
}
