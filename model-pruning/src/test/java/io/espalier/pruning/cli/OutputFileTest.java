package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    Path folder;

    @Test
    void writesNothingUntilItIsTold() throws IOException {
        OutputFile file = OutputFile.checked("--report", folder.resolve("out.html"), List.of());
        try (var there = Files.list(folder)) {
            assertThat(there).isEmpty();
        }
        file.write(new byte[] {1});
        assertThat(folder.resolve("out.html")).hasBinaryContent(new byte[] {1});
    }

    @Test
    void refusesWhatCannotBeWritten() {
        assertThatThrownBy(() -> OutputFile.checked("--report", folder, List.of()))
                .hasMessageContaining("is a folder: name a file in it");
        assertThatThrownBy(() -> OutputFile.checked("--report", folder.resolve("no/such/out.html"), List.of()))
                .hasMessageContaining("make it first");
    }

    @Test
    void saysInPlainWordsThatAFolderTakesNoFiles() {
        assumeThat(Path.of("/proc")).exists();
        assertThatThrownBy(() -> OutputFile.checked("--report", Path.of("/proc/y.html"), List.of()))
                .hasMessage(
                        "/proc/y.html cannot be made: the folder /proc takes no files (no such file or folder): name a"
                                + " file in one where you may write");
    }

    @Test
    void refusesToWriteOverAnInput() throws IOException {
        Path model = Files.write(folder.resolve("model.onnx"), new byte[] {1});
        assertThatThrownBy(() -> OutputFile.checked("--json", folder.resolve("./model.onnx"), List.of(model)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is an input of this run");
    }
}
