package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The call that launchers make, of which an upgrade over the air leaves the former one installed. */
class RehearsalTest {
    private static final String KAFKA_CLIENT = "org.apache.kafka.clients.producer.KafkaProducer ";

    @TempDir
    Path folder;

    @Test
    void understandsALauncherThatSaysNothingOfTheSink() throws Exception {
        assertThat(loadedBy()).contains(KAFKA_CLIENT);
    }

    @Test
    void takesNoKafkaClientWhereTelemetryLeavesOverMqtt() throws Exception {
        assertThat(loadedBy("-Despalier.rehearsal.sink=mqtt"))
                .contains("io.espalier.agent.Agent ")
                .doesNotContain(KAFKA_CLIENT);
    }

    private String loadedBy(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:class+load"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.espalier.agent.Rehearsal",
                "--folder",
                folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(said.substring(Math.max(0, said.length() - 2000)))
                .isZero();
        return said;
    }
}
