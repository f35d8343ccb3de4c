package io.espalier.controller.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFoldersTest {
    private static final byte[] JOB = "{\"kind\":\"prune\"}".getBytes(StandardCharsets.UTF_8);
    private static final String NETWORK = "checkpoint-" + "a".repeat(64) + ".onnx";

    @TempDir
    Path folder;

    @Test
    void keepsTheFinishedRoundsOfAnEarlierTryAndNothingElse() throws IOException {
        Path job = started();

        JobFolders.prepare(job, JOB);

        assertThat(names(job))
                .containsExactlyInAnyOrder(
                        "job.json",
                        "checkpoint.json",
                        NETWORK,
                        "round-1.json",
                        "round-1-variant.onnx",
                        "round-1-golden.pb",
                        "round-1-provenance.json");
        assertThat(job.resolve("round-1-variant.onnx")).hasContent("variant");
        assertThat(job.resolve("checkpoint.json")).hasContent("round 1");
        assertThat(job.resolve("job.json")).hasBinaryContent(JOB);
    }

    @Test
    void leavesNothingOfAnotherJob() throws IOException {
        Path job = started();
        byte[] changed = JOB.clone();
        changed[0]++;

        JobFolders.prepare(job, changed);

        assertThat(names(job)).containsExactly("job.json");
        assertThat(job.resolve("job.json")).hasBinaryContent(changed);
    }

    @Test
    void beginsAnewWhereTheFormerJobIsUnknown() throws IOException {
        Path job = started();
        Files.delete(job.resolve("job.json"));

        JobFolders.prepare(job, JOB);

        assertThat(names(job)).containsExactly("job.json");
    }

    /** As a killed worker leaves it. */
    private Path started() throws IOException {
        Path job = folder.resolve("job");
        JobFolders.prepare(job, JOB);
        Files.createDirectories(JobFolders.temporary(job));
        Files.writeString(JobFolders.temporary(job).resolve("native.so"), "large");
        Files.writeString(job.resolve("worker.pid"), "1 2");
        Files.writeString(job.resolve("result.json"), "{}");
        Files.writeString(job.resolve("checkpoint.json"), "round 1");
        Files.writeString(job.resolve(NETWORK), "network");
        Files.writeString(job.resolve("checkpoint.json.part"), "rou");
        Files.writeString(job.resolve("round-1.json"), "{}");
        Files.writeString(job.resolve("round-1-variant.onnx"), "variant");
        Files.writeString(job.resolve("round-1-golden.pb"), "samples");
        Files.writeString(job.resolve("round-1-provenance.json"), "{}");
        Files.writeString(job.resolve("round-2-variant.onnx.part"), "vari");
        Files.writeString(job.resolve("variant.onnx"), "of an unfinished try");
        Files.createDirectory(job.resolve("checkpoint-" + "b".repeat(64) + ".onnx"));
        return job;
    }

    private static List<String> names(Path job) throws IOException {
        try (Stream<Path> files = Files.list(job)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void saysWhereThereIsNoRoomForAJob() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> JobFolders.prepare(file.resolve("job"), new byte[] {1}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("No job can be prepared in " + file.resolve("job"))
                .hasMessageContaining("make room there and start it again");
    }
}
