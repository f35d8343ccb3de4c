package io.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    Path home;

    @Test
    void deletesAFolderWithAllItHolds() throws IOException {
        Path deep = Files.createDirectories(home.resolve("a/b/c"));
        Files.writeString(deep.resolve("file"), "x");

        Folders.delete(home.resolve("a"));

        assertThat(home).isEmptyDirectory();
    }

    @Test
    void leavesWhatALinkPointsTo() throws IOException {
        Path outside = Files.writeString(home.resolve("outside"), "kept");
        Path folder = Files.createDirectory(home.resolve("a"));
        Files.createSymbolicLink(folder.resolve("link"), home);
        Files.createSymbolicLink(folder.resolve("dangling"), home.resolve("nowhere"));

        Folders.delete(folder);

        assertThat(folder).doesNotExist();
        assertThat(outside).hasContent("kept");
    }

    @Test
    void isDoneWhereThereIsNone() throws IOException {
        Folders.delete(home.resolve("nothing"));
        Folders.syncNameOf(home.resolve("nothing"));

        assertThat(home).isEmptyDirectory();
    }
}
