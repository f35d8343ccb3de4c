package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JobFolderTest {
    @TempDir
    Path folder;

    @Test
    void answersABadJobWithTheReasonAndExitCode2() throws IOException {
        Files.writeString(folder.resolve("job.json"), "{\"kind\":\"inspect\"}");

        int code = new CommandLine(new JobCommand()).execute(folder.toString());

        assertThat(code).isEqualTo(PruningMain.INVALID);
        JsonNode result =
                new ObjectMapper().readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("outcome").asText()).isEqualTo("invalid");
        assertThat(result.path("problem").path("detail").asText()).contains("model is missing");
    }

    @Test
    void leavesNothingUnfinishedBeside() throws IOException {
        new JobFolder(folder).write("model.onnx", new byte[] {1, 2, 3});
        new JobFolder(folder).write("model.onnx", new byte[] {4});

        assertThat(folder.resolve("model.onnx")).hasBinaryContent(new byte[] {4});
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void keepsNothingOfAResultThatDoesNotFitOnTheDisk() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        JobFolder job = new JobFolder(folder);
        job.write("variant.onnx", new byte[] {1});
        Files.createSymbolicLink(folder.resolve("golden.pb.part"), full);

        Map<String, byte[]> result = new TreeMap<>(Map.of("variant.onnx", new byte[] {2}, "golden.pb", new byte[] {3}));
        assertThatThrownBy(() -> job.write(result))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("golden.pb (No space left on device)")
                .hasMessageContaining("There is no result without result.json");

        assertThat(folder.resolve("variant.onnx")).hasBinaryContent(new byte[] {1});
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void writesFilesInTheOrderOfTheirNames() throws IOException {
        Files.createDirectories(folder.resolve("b/in-the-way"));

        for (Map<String, byte[]> files : List.of(files("a", "b", "c"), files("c", "b", "a"))) {
            assertThatThrownBy(() -> new JobFolder(folder).write(files)).hasMessageContaining("Cannot write");
            assertThat(folder.resolve("a")).exists();
            assertThat(folder.resolve("c")).as("behind the one that failed").doesNotExist();
            Files.delete(folder.resolve("a"));
        }
    }

    private static Map<String, byte[]> files(String... names) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, new byte[] {1});
        }
        return files;
    }

    @Test
    void leavesNoOlderVariantBesideARefusal() throws IOException {
        JobFolder job = new JobFolder(folder);
        for (String name : VariantResult.FILES) {
            job.write(name, new byte[] {1});
        }

        job.writeResult(new Outcome(
                PruningMain.REFUSED, new ObjectMapper().createObjectNode().put("outcome", "refused")));

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("result.json"));
        }
    }

    @Test
    void refusesAFolderWithTooLittleRoomBeforeTheWork() {
        assertThatThrownBy(() -> new JobFolder(folder).requireRoom(Long.MAX_VALUE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("are needed: free some space");
    }

    @Test
    void removesTheAnswerOfAnEarlierRun() throws IOException {
        Files.writeString(folder.resolve("result.json"), "{}");

        int code = PruningMain.run(
                new PrintWriter(new StringWriter()),
                "job",
                folder.resolve("nowhere").toString());
        assertThat(code).as("no such folder").isEqualTo(PruningMain.FAILED);

        new JobFolder(folder).removeResult();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void endsAJobWhoseFolderIsGoneWithOneLine() {
        StringWriter said = new StringWriter();
        PruningMain.run(
                new PrintWriter(said, true), "job", folder.resolve("nowhere").toString());
        assertThat(said.toString())
                .contains("Cannot write " + folder.resolve("nowhere"))
                .hasLineCount(1);
    }

    @Test
    void writesProgressAsOneLineEach() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ProgressLines progress = new ProgressLines(new PrintStream(out, true, StandardCharsets.UTF_8));
        progress.at("fine-tune", 3, 10, 11.6, "epoch 1\nof 3");
        progress.begins("plan", "choosing widths");

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.path("type").asText()).isEqualTo("progress");
        assertThat(first.path("done").asLong()).isEqualTo(3);
        assertThat(first.path("secondsLeft").asLong()).isEqualTo(12);
        assertThat(new ObjectMapper().readTree(lines.get(1)).path("secondsLeft").isNull())
                .isTrue();
    }
}
