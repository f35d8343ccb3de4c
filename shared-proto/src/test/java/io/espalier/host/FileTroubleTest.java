package io.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
    @TempDir
    Path folder;

    @Test
    void saysWhatTheFileSystemMeans() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThat(words(() -> Files.readString(folder.resolve("nothing")))).isEqualTo("no such file or folder");
        assertThat(words(() -> Files.createDirectories(file))).isEqualTo("a file is in the way");
        assertThat(words(() -> Files.list(file).close())).isEqualTo("a file is in the way");
        assertThat(words(() -> Files.delete(folder))).isEqualTo("the folder is not empty");
        assertThat(FileTrouble.inWords(new AccessDeniedException("/root"))).isEqualTo("permission denied");
        assertThat(FileTrouble.inWords(new FileSystemException("/full", null, "No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(FileTrouble.inWords(new IOException("the zip is cut off"))).isEqualTo("the zip is cut off");
    }

    @Test
    void saysNoJavaNameWhereThereIsNoReason() {
        assertThat(FileTrouble.inWords(new FileSystemException("/x"))).isEqualTo("the system gives no reason");
        assertThat(FileTrouble.inWords(new EOFException())).isEqualTo("the system gives no reason");
    }

    private static String words(FileAction action) {
        return FileTrouble.inWords(catchThrowableOfType(IOException.class, action::run));
    }

    private interface FileAction {
        void run() throws IOException;
    }
}
