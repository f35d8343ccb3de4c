package io.espalier.pruning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFormatTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        SampleFiles.idxFolder(folder);
    }

    @Test
    void readsImagesLabelsAndClassNames() {
        Dataset dataset = open();
        assertThat(dataset.shape()).isEqualTo(new SampleShape(1, 2, 3));
        assertThat(dataset.classNames()).containsExactly("0", "1", "2");
        assertThat(dataset.train().size()).isEqualTo(3);
        assertThat(dataset.test().label(0)).isEqualTo(2);
        float[] raw = new float[6];
        dataset.train().copyRaw(2, raw, 0);
        assertThat(raw).containsExactly(20, 21, 22, 23, 24, 25);
    }

    @Test
    void readsGzippedFilesAndZipsToTheSameDigest() throws IOException {
        String plain = open().digest();
        Path zip = folder.resolve("all.zip");
        SampleFiles.zip(
                zip,
                Map.of(
                        "mnist/train-images-idx3-ubyte.gz",
                        SampleFiles.gzip(SampleFiles.idxImages(3, 2, 3)),
                        "mnist/train-labels.idx1-ubyte",
                        SampleFiles.idxLabels(0, 1, 2),
                        "mnist/t10k-images-idx3-ubyte",
                        SampleFiles.idxImages(2, 2, 3),
                        "mnist/t10k-labels-idx1-ubyte",
                        SampleFiles.idxLabels(2, 0)));
        assertThat(Datasets.open(zip, DatasetOptions.defaults()).digest()).isEqualTo(plain);
    }

    @Test
    void readsClassNamesWhereTheyAreGiven() throws IOException {
        Files.writeString(folder.resolve("classes.txt"), "ring\nsquare\nstar\n");
        assertThat(open().classNames()).containsExactly("ring", "square", "star");
    }

    @Test
    void refusesFewerClassNamesThanLabels() throws IOException {
        Files.writeString(folder.resolve("classes.txt"), "ring\nsquare\n");
        assertThatThrownBy(this::open).hasMessageContaining("classes.txt names 2 classes");
    }

    @Test
    void refusesMoreLabelsThanImages() throws IOException {
        Files.write(folder.resolve("train-labels-idx1-ubyte"), SampleFiles.idxLabels(0, 1, 2, 1));
        assertThatThrownBy(this::open)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("3 images")
                .hasMessageContaining("4 labels");
    }

    @Test
    void refusesTruncatedImages() throws IOException {
        Path images = folder.resolve("train-images-idx3-ubyte");
        byte[] bytes = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(this::open).hasMessageContaining("ends after 2 of 3 images");
    }

    @Test
    void refusesFilesThatGoOnAfterWhatTheyClaim() throws IOException {
        Files.write(folder.resolve("train-labels-idx1-ubyte"), new byte[] {9}, StandardOpenOption.APPEND);
        assertThatThrownBy(this::open).hasMessageContaining("goes on after the 3 labels that its header claims");
        SampleFiles.idxFolder(folder);
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), new byte[] {9}, StandardOpenOption.APPEND);
        assertThatThrownBy(this::open).hasMessageContaining("goes on after the 2 images that its header claims");
    }

    @Test
    void namesTheFileWithAnotherMagicNumber() throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte"), SampleFiles.idxLabels(0, 1, 2));
        assertThatThrownBy(this::open)
                .hasMessageContaining("train-images-idx3-ubyte does not begin like an IDX file of images: 0x00000801");
        SampleFiles.idxFolder(folder);
        Files.write(folder.resolve("train-labels-idx1-ubyte"), SampleFiles.idxImages(3, 2, 3));
        assertThatThrownBy(this::open)
                .hasMessageContaining("train-labels-idx1-ubyte does not begin like an IDX file of labels: 0x00000803");
    }

    @Test
    void refusesGzipThatIsCutOffOrNone() throws IOException {
        byte[] whole = SampleFiles.gzip(SampleFiles.idxImages(3, 2, 3));
        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(this::open).hasMessageContaining("train-images-idx3-ubyte.gz ends too soon");
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), SampleFiles.idxImages(3, 2, 3));
        assertThatThrownBy(this::open)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("train-images-idx3-ubyte.gz cannot be unpacked");
    }

    @Test
    void refusesExtentsWhoseProductOverflows() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(20).putInt(0x0804).putInt(3);
        header.putInt(1 << 30).putInt(1 << 30).putInt(16);
        Files.write(folder.resolve("train-images-idx3-ubyte"), header.array());
        assertThatThrownBy(this::open)
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("1073741824x1073741824x16 values is too large");
    }

    @Test
    void refusesANegativeNumberOfLabels() throws IOException {
        Files.write(
                folder.resolve("train-labels-idx1-ubyte"),
                ByteBuffer.allocate(8).putInt(0x0801).putInt(-1).array());
        assertThatThrownBy(this::open).hasMessageContaining("claims to hold -1 labels");
    }

    @Test
    void refusesAHeaderThatAsksForTooMuchMemory() throws IOException {
        byte[] images = SampleFiles.idxImages(3, 2, 3);
        Files.write(folder.resolve("train-images-idx3-ubyte"), images);
        assertThatThrownBy(() -> Datasets.open(folder, new DatasetOptions(null, null, 10, 7, true)))
                .hasMessageContaining("the limit is");
    }

    @Test
    void namesTheMissingFile() throws IOException {
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        assertThatThrownBy(this::open).hasMessageContaining("t10k-labels-idx1-ubyte");
    }

    @Test
    void refusesEmptyData() throws IOException {
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), SampleFiles.idxImages(0, 2, 3));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), SampleFiles.idxLabels());
        assertThatThrownBy(this::open).hasMessageContaining("no test samples");
    }

    private Dataset open() {
        return Datasets.open(folder, DatasetOptions.defaults());
    }
}
