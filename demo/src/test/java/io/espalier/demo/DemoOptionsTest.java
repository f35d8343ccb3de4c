package io.espalier.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.demo.story.StoryInput;
import io.espalier.demo.supervision.DataFolder;
import io.espalier.terminal.HelpLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoOptionsTest {
    @TempDir
    Path temp;

    private static DemoOptions parse(String... arguments) {
        DemoOptions options = new DemoOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }

    @Test
    void withoutOptionsItIsTheBundledStory() {
        StoryInput input = parse().input();
        assertThat(input.bundled()).isTrue();
        assertThat(input.scale()).isCloseTo(1 / 255.0, within(1e-12));
    }

    @Test
    void aModelOfYourOwnGetsRawValuesUnlessToldOtherwise() throws IOException {
        Path model = Files.createFile(temp.resolve("net.onnx"));
        StoryInput input = parse("--model", model.toString(), "--data", temp.toString(), "--mean", "1,2,3")
                .input();
        assertThat(input.scale()).isEqualTo(1);
        assertThat(input.mean()).containsExactly(1.0, 2.0, 3.0);
        assertThat(input.modelName()).isEqualTo("net");
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        DemoOptions options = parse("--model", "gone.onnx", "--scale", "-1", "--std", "0", "--epochs", "0");
        assertThatThrownBy(options::input)
                .hasMessageContaining("gone.onnx")
                .hasMessageContaining("needs --data")
                .hasMessageContaining("1/255")
                .hasMessageContaining("--std")
                .hasMessageContaining("--epochs");
    }

    @ParameterizedTest
    @CsvSource({
        "--epochs,many,'for option ''--epochs'': \"many\" is not a whole number'",
        "--port,x,'for option ''--port'': \"x\" is not a whole number'",
        "--scale,small,'for option ''--scale'': \"small\" is not a number'",
        "--mean,'1,,2','\"\" is not a number'",
        "--modle,x.onnx,'Possible solutions: --model'"
    })
    void saysInPlainWordsWhatAnOptionDoesNotTake(String option, String value, String expected) {
        StringWriter said = new StringWriter();
        int code = DemoMain.commandLine(new DemoOptions())
                .setErr(new PrintWriter(said, true))
                .execute(option, value);
        assertThat(code).isEqualTo(DemoMain.UNUSABLE);
        assertThat(said.toString())
                .startsWith("espalier demo: ")
                .contains(expected)
                .endsWith("See ./espalier demo --help" + System.lineSeparator());
    }

    @Test
    void wantsNumbersThatAreNumbersAndAModelThatIsAFile() {
        DemoOptions options =
                parse("--model", temp.toString(), "--data", temp.toString(), "--mean", "NaN", "--std", "Infinity");
        assertThatThrownBy(options::input)
                .hasMessageContaining("--model " + temp + ": there is no such file")
                .hasMessageContaining("--mean [NaN]: each value must be a number")
                .hasMessageContaining("--std [Infinity]: each value must be above 0");
    }

    @Test
    void wantsAModelOfYourOwnForAnInputContract() {
        assertThat(DemoMain.run(parse("--home", temp.toString(), "--port", "0", "--mean", "128"), 0))
                .isEqualTo(DemoMain.UNUSABLE);
        for (String option : List.of("--mean", "--std", "--scale")) {
            assertThatThrownBy(parse(option, "0.5")::input)
                    .hasMessageContaining(option)
                    .hasMessageContaining("--model and --data");
        }
        assertThat(parse("--data", temp.toString(), "--mean", "0.5").input().mean())
                .containsExactly(0.5);
    }

    @Test
    void aFolderOfAnotherStoryIsABadFolder() throws IOException {
        Files.writeString(
                temp.resolve("story.json"), "{\"fingerprint\": \"another\", \"asked\": {}, \"refusedFloors\": {}}");
        assertThat(DemoMain.run(parse("--home", temp.toString(), "--port", "0"), 0))
                .isEqualTo(DemoMain.UNUSABLE);
    }

    @Test
    void helpFitsATerminalOf80Columns() {
        assertThat(HelpLines.on(new CommandLine(new DemoOptions()), 80)
                        .getUsageMessage()
                        .lines())
                .contains("Runs the whole loop on this machine: real Kafka, MQTT and PostgreSQL, the")
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void namesATakenPortAndOffersAnother() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DemoOptions options = parse("--port", String.valueOf(taken.getLocalPort()));
            assertThatThrownBy(options::refuseTakenPort)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("--port 0");
        }
    }

    @Test
    void beginsNothingAnewWhereNoDemoHasRun() throws IOException {
        DemoOptions options = parse("--fresh", "--home", temp.toString());
        options.refuseToForgetOthersFiles();
        Files.createDirectories(temp.resolve("logs"));

        assertThatThrownBy(options::refuseToForgetOthersFiles)
                .isInstanceOf(DemoOptions.UnusableException.class)
                .hasMessageContainingAll("would delete logs in " + temp, "--home");
        parse("--home", temp.toString()).refuseToForgetOthersFiles();

        DataFolder.take(temp, 0).close();
        options.refuseToForgetOthersFiles();
    }

    @Test
    void beginningAnewLeavesOtherPeoplesFilesAlone() throws IOException {
        Files.createDirectories(temp.resolve("stack/data"));
        Files.writeString(temp.resolve("story.json"), "{}");
        Files.writeString(temp.resolve("thesis.txt"), "precious");
        parse("--fresh").beginAnewIfAsked(temp);
        assertThat(temp).isDirectoryContaining("glob:**thesis.txt");
        assertThat(temp.resolve("stack")).doesNotExist();
        assertThat(temp.resolve("story.json")).doesNotExist();
    }
}
