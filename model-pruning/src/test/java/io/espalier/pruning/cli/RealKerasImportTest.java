package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.RealData;
import io.espalier.pruning.keras.KerasModel;
import io.espalier.pruning.onnx.OnnxReader;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models of MLPerf Tiny, read within the memory that a process of its own is given. */
class RealKerasImportTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"mlperf-tiny-resnet8.h5, 32", "mlperf-tiny-vww96.h5, 96"})
    void bringsAModelOverAsItIsReadInThisProcess(String name, int side) {
        Path keras = RealData.file("models", name);
        Path onnx = folder.resolve("model.onnx");

        String said = new KerasImport().run(keras, onnx);

        assertThat(said).contains(" layers, " + side + "x" + side + "x3 in, every layer as Keras defines it to ");
        assertThat(onnx).hasBinaryContent(KerasModel.read(keras).onnx());
        assertThat(OnnxReader.read(onnx).onlyInput().shape().dims()).containsExactly(-1, 3, side, side);
    }
}
