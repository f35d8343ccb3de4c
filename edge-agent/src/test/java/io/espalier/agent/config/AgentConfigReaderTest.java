package io.espalier.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentConfigReaderTest {
    private static final String BUNDLE = "https://controller.example:8443#token=esp_t&ca=" + "0a".repeat(32);

    private final Properties properties = new Properties();

    AgentConfigReaderTest() {
        properties.setProperty("device.id", "camera_2");
        properties.setProperty("controller.url", "http://127.0.0.1:8787/");
        properties.setProperty("state.dir", "state");
    }

    @Test
    void needsThreeSettingsAndKnowsTheRest() throws Exception {
        AgentConfig config = new AgentConfigReader(Map.of()).read(properties);

        assertThat(config.controllerUrl()).hasToString("http://127.0.0.1:8787");
        assertThat(config.servePort()).isEqualTo(8770);
        assertThat(config.simulateSlowdown()).isEqualTo(1);
        assertThat(config.threads()).isEqualTo(1);
        assertThat(config.replayBatch()).isEqualTo(100);
        assertThat(config.telemetryWindow()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.replaySource()).isEmpty();
        assertThat(config.exitWithParent()).isFalse();
    }

    @Test
    void takesAddressTokenAndAuthorityFromTheClaimBundle() throws Exception {
        properties.remove("controller.url");
        properties.setProperty("claim.bundle", BUNDLE);

        AgentConfig config = new AgentConfigReader(Map.of()).read(properties);

        assertThat(config.controllerUrl()).hasToString("https://controller.example:8443");
        assertThat(config.claimToken()).contains("esp_t");
        assertThat(config.authority()).isPresent();
    }

    @Test
    void takesTheClaimBundleFromAFile(@TempDir Path folder) throws Exception {
        properties.remove("controller.url");
        properties.setProperty(
                "claim.bundle.file",
                Files.writeString(folder.resolve("bundle"), BUNDLE + "\n").toString());

        assertThat(new AgentConfigReader(Map.of()).read(properties).claimToken())
                .contains("esp_t");
    }

    @Test
    void refusesToSpeakToAControllerElsewhereInTheClear() {
        properties.setProperty("controller.url", "http://controller.example:8787");

        ConfigException thrown =
                catchThrowableOfType(ConfigException.class, () -> new AgentConfigReader(Map.of()).read(properties));

        assertThat(thrown.problems())
                .singleElement()
                .asString()
                .contains("http://controller.example:8787", "in the clear", "set claim.bundle");
    }

    @Test
    void letsTheEnvironmentOverrideTheFile() throws Exception {
        AgentConfig config = new AgentConfigReader(
                        Map.of("ESPALIER_AGENT_DEVICE_ID", "other", "ESPALIER_AGENT_REPLAY_SOURCE", "samples.pb"))
                .read(properties);

        assertThat(config.deviceId()).hasToString("other");
        assertThat(config.replaySource()).contains(Path.of("samples.pb"));
    }

    @Test
    void reportsEveryProblemAtOnceWithAHint() {
        properties.setProperty("device.id", "no spaces please");
        properties.remove("state.dir");
        properties.setProperty("controller.url", "ftp://host");
        properties.setProperty("serve.port", "70000");
        properties.setProperty("threads", "two");
        properties.setProperty("replay.bacth", "10");
        properties.setProperty("telemetry.sink", "pigeon");

        ConfigException thrown =
                catchThrowableOfType(ConfigException.class, () -> new AgentConfigReader(Map.of()).read(properties));

        assertThat(thrown.problems())
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).contains("device.id=no spaces please", "camera_2"),
                        problem -> assertThat(problem).contains("state.dir is missing", "ESPALIER_AGENT_STATE_DIR"),
                        problem -> assertThat(problem).contains("controller.url=ftp://host", "http"),
                        problem -> assertThat(problem).contains("serve.port=70000", "0 to 65535"),
                        problem -> assertThat(problem).contains("threads=two"),
                        problem -> assertThat(problem).contains("replay.bacth", "Maybe you meant replay.batch?"),
                        problem -> assertThat(problem).contains("telemetry.sink=pigeon", "kafka"));
    }

    @Test
    void asksForTheClaimBundleFirst() {
        properties.remove("controller.url");
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("claim.bundle is missing")
                .contains("/api/v1/claim-tokens");

        properties.setProperty("claim.bundle", "nonsense");
        assertThat(problems()).singleElement().asString().startsWith("claim.bundle=nonsense is not usable");
    }

    @Test
    void listsAFewOfManyKeysThatItDoesNotKnow() {
        for (int i = 10; i < 60; i++) {
            properties.setProperty("x" + i, "");
        }

        assertThat(problems()).hasSize(6).last().isEqualTo("Nor are 45 more: is this the agent's file?");
    }

    @Test
    void hidesNoSingleKeyBehindANumber() {
        for (int i = 0; i < 6; i++) {
            properties.setProperty("x" + i, "");
        }

        assertThat(problems()).hasSize(6).last().asString().startsWith("x5 is not a setting of the agent");
    }

    private List<String> problems() {
        return catchThrowableOfType(ConfigException.class, () -> new AgentConfigReader(Map.of()).read(properties))
                .problems();
    }

    @Test
    void namesAVariableThatIsNoSetting() {
        AgentConfigReader reader =
                new AgentConfigReader(Map.of("ESPALIER_AGENT_SERVEPORT", "1", "ESPALIER_HOME", "elsewhere"));

        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> reader.read(properties));

        assertThat(thrown.problems())
                .containsExactly("The environment's ESPALIER_AGENT_SERVEPORT is not a setting of the agent."
                        + " Maybe you meant ESPALIER_AGENT_SERVE_PORT?");
    }

    @Test
    void explainsEverySetting() throws Exception {
        Properties explained = new Properties();
        Pattern.compile("^  ([a-z.]+)\\s", Pattern.MULTILINE)
                .matcher(SettingsHelp.TEXT)
                .results()
                .forEach(setting -> explained.setProperty(setting.group(1), ""));
        // claim.bundle and claim.bundle.file stand for one component, the authority.
        assertThat(explained).hasSize(AgentConfig.class.getRecordComponents().length + 1);
        properties.forEach(explained::put);

        assertThat(new AgentConfigReader(Map.of()).read(explained).servePort()).isEqualTo(8770);
    }

    @Test
    void refusesAFileThatIsNotText(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("agent.properties"), new byte[] {(byte) 0xff, 0, 1});
        assertThatThrownBy(() -> new AgentConfigReader(Map.of()).read(file))
                .hasMessageContaining("cannot read " + file + " (it is not text in UTF-8)");
    }

    @Test
    void namesAFileItCannotRead() {
        assertThatThrownBy(() -> new AgentConfigReader(Map.of()).read(Path.of("absent.properties")))
                .hasMessageContaining("absent.properties (there is no such file)")
                .hasMessageContaining("--config");
    }

    @Test
    void sendsTelemetryToKafkaUnlessToldOtherwise() throws Exception {
        assertThat(new AgentConfigReader(Map.of()).read(properties).telemetrySink())
                .isEqualTo(AgentConfig.SinkKind.KAFKA);

        properties.setProperty("telemetry.sink", "MQTT");

        assertThat(new AgentConfigReader(Map.of()).read(properties).telemetrySink())
                .isEqualTo(AgentConfig.SinkKind.MQTT);
    }

    @Test
    void namesTheSinksThereAre() {
        properties.setProperty("telemetry.sink", "carrier-pigeon");

        assertThatThrownBy(() -> new AgentConfigReader(Map.of()).read(properties))
                .hasMessageContaining(
                        "telemetry.sink=carrier-pigeon is not usable (there is no such sink): expected kafka or mqtt");
    }
}
