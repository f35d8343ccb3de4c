package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KerasImportTest {
    private static final Path MODEL = Path.of("src/test/resources/keras/odd_sizes.h5");

    @TempDir
    Path folder;

    @Test
    void bringsAModelOverInAProcessOfItsOwn() {
        Path onnx = folder.resolve("model.onnx");
        assertThat(new KerasImport().run(MODEL, onnx))
                .startsWith("10 layers, 9x7x3 in, every layer as Keras defines it");
        assertThat(OnnxReader.read(onnx).onlyInput().shape().dims()).containsExactly(-1, 3, 9, 7);
    }

    @Test
    void passesOnWhatIsWrongWithTheFile() {
        assertThatThrownBy(() -> new KerasImport()
                        .run(Path.of("src/test/resources/keras/huge.h5"), folder.resolve("model.onnx")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Weight vast/kernel:0 is declared as [40000, 40000]");
        assertThat(folder.resolve("model.onnx")).doesNotExist();
    }

    @Test
    void outlivesAReaderThatDies() {
        assertThatThrownBy(() -> shell("kill -SEGV $$", Duration.ofSeconds(60)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("died with exit code 139");
        assertThatThrownBy(() -> shell("exit 3", Duration.ofSeconds(60))).hasMessageContaining("MB of memory");
    }

    @Test
    void givesUpOnAReaderThatDoesNotEnd() {
        assertThatThrownBy(() -> shell("read -r _", Duration.ofMillis(50))).hasMessageContaining("was given up after");
    }

    @Test
    void theCommandRefusesWithoutStartingAnything() throws IOException {
        assertThat(refusal("none.h5", "model.onnx")).contains("There is no model file " + folder.resolve("none.h5"));
        Files.copy(MODEL, folder.resolve("model.h5"));
        assertThat(refusal("model.h5", "none/model.onnx"))
                .contains("--out cannot be used")
                .contains("make it first");
        assertThat(refusal("model.h5", "model.h5")).contains("is an input of this run");
    }

    private void shell(String script, Duration longest) {
        new KerasImport(List.of("sh", "-c", script), longest).run(MODEL, folder.resolve("model.onnx"));
    }

    private String refusal(String keras, String onnx) {
        StringWriter said = new StringWriter();
        int code = PruningMain.run(
                new PrintWriter(said, true),
                "import",
                folder.resolve(keras).toString(),
                "--out",
                folder.resolve(onnx).toString());
        assertThat(code).isEqualTo(PruningMain.INVALID);
        return said.toString();
    }
}
