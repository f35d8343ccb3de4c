package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the jars as they were packaged. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("target/bin/espalier-agent").toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void archivesTheClassesOnceForThisJavaAndTheseJars() throws Exception {
        String first = said("--prepare");
        Path archive = folder.resolve("cache/target-kafka.jsa");
        FileTime made = Files.getLastModifiedTime(archive);

        assertThat(first).contains("makes the class archive").doesNotContain("could not be made");
        assertThat(said("--prepare")).isEmpty();
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(made);
        try (var left = Files.list(folder.resolve("cache"))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("target-kafka.jsa", "target-kafka.jsa.of");
        }

        Files.writeString(folder.resolve("cache/target-kafka.jsa.of"), "another Java\n");
        assertThat(said("--prepare")).contains("makes the class archive");
    }

    @Test
    void leavesTheKafkaClientOutOfTheArchiveOfAnAgentThatHasNone() throws Exception {
        Path config = folder.resolve("agent.properties");
        Files.writeString(config, "# telemetry.sink = kafka\n telemetry.sink : mqtt\n");
        said("--prepare");
        long withKafka = Files.size(folder.resolve("cache/target-kafka.jsa"));

        said("--prepare", "--config", config.toString());

        assertThat(Files.size(folder.resolve("cache/target-mqtt.jsa"))).isLessThan(withKafka * 9 / 10);
        assertThat(folder.resolve("cache/target-kafka.jsa")).doesNotExist();
    }

    @Test
    void startsWithAnArchiveThatIsDamaged() throws Exception {
        said("--prepare");
        Path archive = folder.resolve("cache/target-kafka.jsa");
        archive.toFile().setWritable(true);
        Files.write(archive, new byte[1000]);

        assertThat(said("--help")).contains("Usage: espalier-agent --config FILE");
    }

    @Test
    void startsWhereNothingCanBeWritten() throws Exception {
        Files.writeString(folder.resolve("cache"), "a file in the way");

        assertThat(said("--confg", "x")).contains("does not understand \"--confg x\"");
    }

    private String said(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("CACHE_DIRECTORY", folder.resolve("cache").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(said).isTrue();
        return said;
    }
}
