package io.espalier.demo.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path temp;

    @Test
    void isTakenByOneDemoAtATime() throws IOException {
        try (DataFolder held = DataFolder.take(temp.resolve("demo"), 0)) {
            assertThatThrownBy(() -> DataFolder.take(held.path(), 0))
                    .isInstanceOf(DataFolder.UnusableException.class)
                    .hasMessageContaining("Another demo")
                    .hasMessageContaining("--home");
        }
        try (DataFolder again = DataFolder.take(temp.resolve("demo"), 0)) {
            assertThat(again.path()).isDirectory();
        }
    }

    @Test
    void saysHowMuchSpaceIsMissing() {
        assertThatThrownBy(() -> DataFolder.take(temp, Long.MAX_VALUE))
                .hasMessageContaining("MB are free")
                .hasMessageContaining(temp.toString());
    }

    @Test
    void saysWhatToDoWhereItCannotWrite() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "not a folder");
        assertThatThrownBy(() -> DataFolder.take(file.resolve("demo"), 0))
                .hasMessageContaining("The folder " + file.resolve("demo"))
                .hasMessageNotContaining("Exception")
                .hasMessageContaining("cannot be made or written to (")
                .hasMessageContaining("--home");
    }
}
