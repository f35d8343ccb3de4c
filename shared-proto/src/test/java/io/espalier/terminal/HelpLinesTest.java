package io.espalier.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a terminal shows of a command's help. */
class HelpLinesTest {
    private static final int MUCH = 2000;

    @Command(
            name = "./espalier grow",
            description =
                    "Grows what is there until it fills the wall. A run that was stopped goes on. `./espalier grow "
                            + "list` names every tree, and ./espalier grow show/one one of them.",
            subcommands = Show.class)
    static final class Grow {
        @Option(
                names = "--where",
                paramLabel = "DIR",
                description = "Folder, such as images.zip/train (default: ./pruned).")
        private String where = "";

        @Option(
                names = "--keep-everything-that-is-there",
                description =
                        "Removes no tree at all, not even one that has long since outgrown the wall it stands at.")
        private boolean keep;

        @Option(names = "--mean", paramLabel = "M", split = ",", description = "One number, or more.")
        private List<String> mean = List.of();
    }

    @Command(name = "show", description = "Says where the draft is that needs more signatures, which is: ./next.root")
    static final class Show {}

    private static String help(int columns) {
        return HelpLines.on(new CommandLine(new Grow()), columns).getUsageMessage();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 71, 80, 100, 137})
    void breaksAtBlanksAndKeepsToTheWidth(int columns) {
        String broken = help(columns);
        assertThat(broken.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        assertThat(words(broken)).isEqualTo(words(help(MUCH)));
    }

    @Test
    void breaksTheHelpOfSubCommandsToo() {
        CommandLine show =
                HelpLines.on(new CommandLine(new Grow()), 60).getSubcommands().get("show");
        String broken = Objects.requireNonNull(show).getUsageMessage();
        assertThat(broken.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
        assertThat(words(broken)).contains("./next.root");
    }

    @Test
    void whatGoesOnIsIndentedAsFarAsItsDescription() {
        assertThat(help(80)).contains("\n                          outgrown the wall");
        assertThat(help(60).lines().toList().get(1)).startsWith(" ".repeat("Usage: ./espalier grow ".length()) + "[");
    }

    @Test
    void takes80ColumnsWhereThereIsNoTerminal() {
        assertThat(help(0)).isEqualTo(help(80));
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
