package io.espalier.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyFileSystemTest {
    @TempDir
    Path folder;

    private final Notes notes = new Notes();

    /** Remembers what it is told; a process ends by an exception. */
    private static final class Notes implements Witness {
        private final List<String> said = new ArrayList<>();
        private boolean released;

        @Override
        public void say(String word, String point) {
            said.add(word + " " + point);
        }

        @Override
        public boolean isReleased() {
            return released;
        }

        @Override
        public void awaitRelease() {
            released = true;
        }

        @Override
        public void end() {
            throw new Ended();
        }
    }

    private static final class Ended extends RuntimeException {}

    @BeforeEach
    void hold() throws Exception {
        Files.writeString(folder.resolve("file"), "old");
    }

    private Path faulty(DiskFault fault, String point) {
        return new FaultyFileSystemProvider(
                        FileSystems.getDefault().provider(), folder.toString(), new FaultPlan(fault, point, 1), notes)
                .system()
                .getPath(folder.toString());
    }

    @Test
    void namesEveryOperationBelowItsFolder() throws Exception {
        Path root = faulty(DiskFault.NONE, "");
        String digest = "a".repeat(64);

        Files.createDirectories(root.resolve("staging").resolve(digest));
        Files.writeString(root.resolve("staging/" + digest + "/x.tmp"), "new");
        Files.move(root.resolve("staging/" + digest + "/x.tmp"), root.resolve("x"), StandardCopyOption.ATOMIC_MOVE);
        sync(root);
        Files.readString(root.resolve("x"));
        Files.deleteIfExists(root.resolve("x"));
        Files.deleteIfExists(root.resolve("absent"));

        assertThat(notes.said)
                .containsExactly(
                        "OP make staging",
                        "OP make staging/DIGEST",
                        "OP create staging/DIGEST/x.tmp",
                        "OP write staging/DIGEST/x.tmp",
                        "OP rename x",
                        "OP sync folder of x",
                        "OP read x",
                        "OP delete x");
    }

    @Test
    void anOperationFailsOnce() throws Exception {
        Path file = faulty(DiskFault.IO_ERROR, "truncate file").resolve("file");

        assertThatThrownBy(() -> Files.writeString(file, "new")).hasMessageContaining("Input/output error");
        assertThat(Files.readString(file)).isEqualTo("old");

        Files.writeString(file, "new");
        assertThat(Files.readString(file)).isEqualTo("new");
    }

    @Test
    void aFullDiskTakesNothingUntilThereIsRoom() throws Exception {
        Path root = faulty(DiskFault.DISK_FULL, "create next");
        for (String name : List.of("next", "another")) {
            assertThatThrownBy(() -> Files.writeString(root.resolve(name), "new"))
                    .hasMessageContaining("No space left");
        }
        Files.delete(root.resolve("file"));

        notes.released = true;
        Files.writeString(root.resolve("next"), "new");

        assertThat(folder.resolve("next")).hasContent("new");
    }

    @Test
    void halfOfATornWriteIsThere() {
        Path file = faulty(DiskFault.TORN_WRITE, "write next").resolve("next");

        assertThatThrownBy(() -> Files.writeString(file, "1234")).isInstanceOf(Ended.class);

        assertThat(folder.resolve("next")).hasContent("12");
    }

    @Test
    void aPowerCutTakesWhatWasNotSynced() throws Exception {
        Path root = faulty(DiskFault.POWER_CUT, "delete file");
        Files.writeString(root.resolve("unsynced"), "1234");
        sync(root);
        Files.writeString(root.resolve("synced"), "1234", StandardOpenOption.CREATE, StandardOpenOption.SYNC);
        Files.move(root.resolve("synced"), root.resolve("moved"));

        assertThatThrownBy(() -> Files.delete(root.resolve("file"))).isInstanceOf(Ended.class);

        assertThat(folder.resolve("file")).hasContent("old");
        assertThat(Files.readAllBytes(folder.resolve("unsynced"))).containsExactly(0, 0, 0, 0);
        assertThat(folder.resolve("moved")).as("its folder was not synced").doesNotExist();
        assertThat(folder.resolve("synced")).doesNotExist();
    }

    @Test
    void aPowerCutBringsBackWhatWasReplaced() throws Exception {
        Path root = faulty(DiskFault.POWER_CUT, "sync folder of file");
        Files.writeString(root.resolve("file.tmp"), "new", StandardOpenOption.CREATE, StandardOpenOption.SYNC);
        Files.move(root.resolve("file.tmp"), root.resolve("file"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> sync(root)).isInstanceOf(Ended.class);

        assertThat(folder.resolve("file")).hasContent("old");
    }

    @Test
    void errorsInOneFolderFailEverythingInIt() throws Exception {
        Files.createDirectory(folder.resolve("spool"));
        Files.writeString(folder.resolve("spool/old"), "old");
        Path root = new FaultyFileSystemProvider(
                        FileSystems.getDefault().provider(), folder.toString(), FaultPlan.errorsIn("spool"), notes)
                .system()
                .getPath(folder.toString());
        Path spool = root.resolve("spool");

        assertThatThrownBy(() -> list(spool)).hasMessageContaining("Input/output error");
        assertThatThrownBy(() -> Files.readString(spool.resolve("old"))).hasMessageContaining("Input/output error");
        assertThatThrownBy(() -> Files.writeString(spool.resolve("new"), "new"))
                .hasMessageContaining("Input/output error");
        Files.writeString(root.resolve("file"), "new");
        sync(root);
        assertThat(notes.said).containsExactly("FAULT io errors in spool from the start");

        notes.released = true;
        assertThat(list(spool)).isEqualTo(1);
        assertThat(folder.resolve("file")).hasContent("new");
    }

    private static long list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void otherFoldersAreSound() throws Exception {
        Path other = faulty(DiskFault.IO_ERROR, "create file").resolveSibling("elsewhere");

        Files.writeString(other, "new");

        assertThat(notes.said).isEmpty();
        Files.delete(other);
    }

    private static void sync(Path root) throws IOException {
        try (FileChannel channel = FileChannel.open(root, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
