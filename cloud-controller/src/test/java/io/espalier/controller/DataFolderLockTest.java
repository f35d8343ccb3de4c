package io.espalier.controller;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.host.FileClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderLockTest {
    @TempDir
    Path folder;

    @Test
    void namesTheControllerThatHasTheFolder() throws IOException {
        try (FileClaim held = DataFolderLock.take(folder.resolve("data"))) {
            assertThatThrownBy(() -> DataFolderLock.take(folder.resolve("data")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "process id " + ProcessHandle.current().pid() + ".")
                    .hasMessageContaining("-Despalier.data.dir=DIR");
        }
        DataFolderLock.take(folder.resolve("data")).close();
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1});

        assertThatThrownBy(() -> DataFolderLock.take(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is espalier.data.dir writable?");
    }
}
