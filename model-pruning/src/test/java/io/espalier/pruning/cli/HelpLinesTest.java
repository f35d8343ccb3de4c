package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a terminal shows of the help. */
class HelpLinesTest {
    private static String help(int columns) {
        return HelpLines.on(new CommandLine(new PruneCommand()), columns).getUsageMessage();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 100, 137})
    void breaksAtBlanksAndKeepsToTheWidth(int columns) {
        String broken = help(columns);
        assertThat(broken.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        assertThat(words(broken)).isEqualTo(words(help(HelpLines.WIDE)));
    }

    @Test
    void keepsAnOptionAndItsValueTogetherInPlainBlanks() {
        assertThat(help(80)).contains("--task regression", "--data PATH").doesNotContain("\u00A0");
        assertThat(help(80).lines()).noneMatch(line -> line.endsWith("--task") || line.endsWith("--latency"));
    }

    @Test
    void takes80ColumnsWhereThereIsNoTerminal() {
        assertThat(help(0)).isEqualTo(help(80));
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
