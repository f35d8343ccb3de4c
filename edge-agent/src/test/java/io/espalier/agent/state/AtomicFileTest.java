package io.espalier.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void isOldOrNewWhereverThePowerIsCut() throws Exception {
        Path path = folder.resolve("file");
        boolean done = false;
        for (int survived = 0; !done; survived++) {
            AtomicFile.at(path).write(bytes("old"));
            try {
                new AtomicFile(path, new PowerCut(survived)).write(bytes("new"));
                done = true;
            } catch (PowerCut.Dark e) {
                assertThat(read(path)).as("%s", e.getMessage()).isIn("old", "new");
            }
        }
        assertThat(read(path)).isEqualTo("new");
    }

    @Test
    void saysNothingOfAFileThatIsNotThere() throws Exception {
        assertThat(AtomicFile.at(folder.resolve("absent")).read()).isEmpty();
    }

    @Test
    void isWrittenWholeByAnInterruptedThread() throws Exception {
        Path path = folder.resolve("file");
        Thread.currentThread().interrupt();
        try {
            AtomicFile.at(path).write(bytes("new"));
        } catch (ClosedByInterruptException e) {
            // Making the name durable was interrupted; the content is whole all the same.
        } finally {
            Thread.interrupted();
        }
        assertThat(read(path)).isEqualTo("new");
    }

    @Test
    void keepsTheOldContentWhereTheDiskIsFull() throws Exception {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        Path path = folder.resolve("file");
        AtomicFile.at(path).write(bytes("old"));
        Files.createSymbolicLink(folder.resolve("file.tmp"), full);

        assertThatThrownBy(() -> AtomicFile.at(path).write(bytes("new"))).hasMessageContaining("No space left");

        assertThat(read(path)).isEqualTo("old");
        assertThat(folder.resolve("file.tmp")).doesNotExist();
        AtomicFile.at(path).write(bytes("new"));
        assertThat(read(path)).isEqualTo("new");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String read(Path path) throws Exception {
        return new String(AtomicFile.at(path).read().orElseThrow(), StandardCharsets.UTF_8);
    }
}
