package io.espalier.pruning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFormatTest {
    private static final byte[] TWO_PIXELS_OF_RGB = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

    @TempDir
    Path folder;

    @Test
    void readsBytesWithChannelsLast() throws IOException {
        Dataset dataset = open(arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB)));
        assertThat(dataset.shape()).isEqualTo(new SampleShape(3, 1, 2));
        float[] raw = new float[6];
        dataset.train().copyRaw(0, raw, 0);
        assertThat(raw).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(((ByteSamples) dataset.train()).bytes(0, Layout.NHWC)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void readsFloats() throws IOException {
        ByteBuffer values = ByteBuffer.allocate(4 * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 12; i++) {
            values.putFloat(i / 2f);
        }
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("<f4", "(2, 2, 3)", values.array()));
        arrays.put("x_test.npy", SampleFiles.npy("<f4", "(2, 2, 3)", values.array()));
        float[] raw = new float[6];
        open(arrays).train().copyRaw(1, raw, 0);
        assertThat(raw).containsExactly(3f, 3.5f, 4f, 4.5f, 5f, 5.5f);
    }

    @Test
    void readsOneHotLabels() throws IOException {
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB));
        arrays.put("y_train.npy", SampleFiles.npy("|u1", "(2, 3)", new byte[] {0, 0, 1, 0, 1, 0}));
        Dataset dataset = open(arrays);
        assertThat(dataset.train().label(0)).isEqualTo(2);
        assertThat(dataset.train().label(1)).isEqualTo(1);
    }

    @Test
    void refusesANegativeLabel() throws IOException {
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB));
        arrays.put("y_test.npy", SampleFiles.npy("|i1", "(2,)", new byte[] {0, -1}));
        assertThatThrownBy(() -> open(arrays))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void namesTheMissingArray() throws IOException {
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB));
        arrays.remove("y_test.npy");
        assertThatThrownBy(() -> open(arrays)).hasMessageContaining("y_test");
    }

    @Test
    void refusesAnArrayThatEndsEarly() throws IOException {
        assertThatThrownBy(() -> open(arrays(SampleFiles.npy("|u1", "(2, 1, 3, 3)", TWO_PIXELS_OF_RGB))))
                .hasMessageContaining("ends before");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(-1,)", "(two,)", "(99999999999999999999,)", "(2.5,)"})
    void refusesAnExtentThatNoArrayHas(String shape) throws IOException {
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB));
        arrays.put("y_train.npy", SampleFiles.npy("|u1", shape, new byte[] {0, 1}));
        assertThatThrownBy(() -> open(arrays))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("y_train.npy has the shape " + shape)
                .hasMessageContaining("is no extent an array can have");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(2, 9999999999, 9999999999)", "(2, 0, 3)", "(2, 5000, 5000, 3)"})
    void refusesRowsThatAreEmptyOrTooLarge(String shape) throws IOException {
        assertThatThrownBy(() -> open(arrays(SampleFiles.npy("|u1", shape, TWO_PIXELS_OF_RGB))))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("x_train.npy")
                .hasMessageContaining("from 1 to 16777216 values");
    }

    @Test
    void refusesMoreRowsThanMemoryMayTake() throws IOException {
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB));
        arrays.put("y_train.npy", SampleFiles.npy("|u1", "(9999999999,)", new byte[] {0, 1}));
        assertThatThrownBy(() -> open(arrays))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("the limit is 1024 MiB");
    }

    @Test
    void refusesImagesAndLabelsThatAreNoPairs() throws IOException {
        Map<String, byte[]> arrays = arrays(SampleFiles.npy("|u1", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB));
        arrays.put("y_train.npy", SampleFiles.npy("|u1", "(1,)", new byte[] {0}));
        assertThatThrownBy(() -> open(arrays)).hasMessageContaining("2 samples, but y_train holds 1 labels");
    }

    @Test
    void refusesAnUnknownType() throws IOException {
        assertThatThrownBy(() -> open(arrays(SampleFiles.npy("|c8", "(2, 1, 2, 3)", TWO_PIXELS_OF_RGB))))
                .hasMessageContaining("c8");
    }

    private Dataset open(Map<String, byte[]> arrays) throws IOException {
        Path file = folder.resolve("data.npz");
        SampleFiles.zip(file, arrays);
        return Datasets.open(file, DatasetOptions.defaults());
    }

    private static Map<String, byte[]> arrays(byte[] images) throws IOException {
        Map<String, byte[]> arrays = new TreeMap<>();
        arrays.put("x_train.npy", images);
        arrays.put("x_test.npy", images);
        arrays.put("y_train.npy", SampleFiles.npy("|u1", "(2,)", new byte[] {0, 1}));
        arrays.put("y_test.npy", SampleFiles.npy("|u1", "(2,)", new byte[] {1, 0}));
        return arrays;
    }
}
