package io.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileClaimTest {
    @TempDir
    Path folder;

    @Test
    void isHadByOneAtATimeWhoSaysWhoItIs() throws Exception {
        Path file = folder.resolve("lock");
        assertThat(FileClaim.holder(file)).isEmpty();
        try (FileClaim claim = FileClaim.tryTake(file).orElseThrow()) {
            assertThat(claim).isNotNull();
            assertThat(FileClaim.tryTake(file)).isEmpty();
            assertThat(FileClaim.holder(file))
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        }
        FileClaim.tryTake(file).orElseThrow().close();
    }
}
