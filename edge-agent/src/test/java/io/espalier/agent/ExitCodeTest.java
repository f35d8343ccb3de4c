package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.config.SettingsHelp;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void theHelpNamesThemAll() {
        String help = SettingsHelp.TEXT
                .substring(SettingsHelp.TEXT.indexOf("Exit code:"))
                .replaceAll("\\s+", " ");

        assertThat(help.split("[:,] ")).hasSize(ExitCode.values().length + 2);
        assertThat(Stream.of(ExitCode.values()).map(ExitCode::number))
                .allSatisfy(number -> assertThat(help).containsPattern("[:,] " + number + " "));
    }
}
