package io.espalier.controller.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFoldersTest {
    @TempDir
    Path folder;

    @Test
    void leavesNothingOfAnEarlierAttempt() throws IOException {
        Path job = folder.resolve("job");
        Files.createDirectories(JobFolders.temporary(job));
        Files.writeString(job.resolve("result.json"), "{}");

        JobFolders.prepare(job, new byte[] {1});

        assertThat(job).isDirectoryContaining("glob:**/job.json");
        assertThat(job.resolve("result.json")).doesNotExist();
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
