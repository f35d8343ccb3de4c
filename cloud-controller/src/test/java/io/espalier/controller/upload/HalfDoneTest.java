package io.espalier.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfDoneTest {
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    @TempDir
    Path root;

    @Test
    void removesPartialFilesAndFoldersOfNothing() throws IOException {
        file("known/model.onnx", START.minusSeconds(60));
        file("known/model.onnx.partial", START.minusSeconds(60));
        file("unknown/model.onnx", START.minusSeconds(60));
        Files.setLastModifiedTime(root.resolve("unknown"), FileTime.from(START.minusSeconds(60)));

        assertThat(HalfDone.remove(root, Set.of("known"), START))
                .containsExactlyInAnyOrder(root.resolve("known/model.onnx.partial"), root.resolve("unknown"));

        assertThat(root.resolve("known")).isDirectoryContaining("glob:**/model.onnx");
        assertThat(root.resolve("known/model.onnx.partial")).doesNotExist();
        assertThat(root.resolve("unknown")).doesNotExist();
    }

    @Test
    void leavesAnUploadThatIsUnderWay() throws IOException {
        file("new/model.onnx.partial", START.plusSeconds(1));
        Files.setLastModifiedTime(root.resolve("new"), FileTime.from(START.plusSeconds(1)));

        assertThat(HalfDone.remove(root, Set.of(), START)).isEmpty();
    }

    @Test
    void nothingWasUploadedWhereThereIsNoFolder() {
        assertThat(HalfDone.remove(root.resolve("none"), Set.of(), START)).isEmpty();
    }

    private void file(String name, Instant modified) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {1});
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }
}
