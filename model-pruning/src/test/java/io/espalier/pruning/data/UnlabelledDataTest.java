package io.espalier.pruning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnlabelledDataTest {
    private static final DatasetOptions UNLABELLED = DatasetOptions.defaults().withoutLabels();

    @TempDir
    Path folder;

    @Test
    void readsAnNpzWithoutLabelsAndIgnoresTargetsThatAreNoClasses() throws IOException {
        Map<String, byte[]> arrays = new TreeMap<>();
        byte[] samples = SampleFiles.npy("|u1", "(3, 2)", new byte[] {1, 2, 3, 4, 5, 6});
        arrays.put("x_train.npy", samples);
        arrays.put("x_test.npy", samples);
        Path file = folder.resolve("data.npz");
        SampleFiles.zip(file, arrays);
        Dataset plain = Datasets.open(file, UNLABELLED);

        assertThat(plain.isLabelled()).isFalse();
        assertThat(plain.classNames()).isEmpty();
        assertThat(plain.train().size()).isEqualTo(3);
        assertThat(plain.train().label(2)).isEqualTo(Samples.NO_LABEL);
        assertThat(plain.shape()).isEqualTo(new SampleShape(1, 1, 2));

        arrays.put("y_train.npy", SampleFiles.npy("|i1", "(3,)", new byte[] {-5, -6, -7}));
        SampleFiles.zip(file, arrays);
        assertThat(Datasets.open(file, UNLABELLED).digest()).isEqualTo(plain.digest());
        assertThatThrownBy(() -> Datasets.open(file, DatasetOptions.defaults()))
                .isInstanceOf(LabelException.class)
                .hasMessageContaining("Label 0 in y_train.npy is -5.0");
        arrays.remove("x_test.npy");
        SampleFiles.zip(file, arrays);
        assertThatThrownBy(() -> Datasets.open(file, UNLABELLED))
                .hasMessageEndingWith("no array 'x_test': give x_train and x_test");
    }

    @Test
    void readsImagesThatLieInNoClassFolder() throws IOException {
        for (int i = 0; i < 10; i++) {
            Files.write(folder.resolve(i + ".png"), SampleFiles.png(4, 3, 0x010101 * i));
        }
        Dataset split = Datasets.open(folder, UNLABELLED);
        assertThatThrownBy(() -> Datasets.open(folder, DatasetOptions.defaults()))
                .isInstanceOf(LabelException.class)
                .hasMessageContaining("lies in no class folder");

        assertThat(split.train().size()).isEqualTo(8);
        assertThat(split.test().size()).isEqualTo(2);
        assertThat(split.test().label(0)).isEqualTo(Samples.NO_LABEL);

        Files.createDirectories(folder.resolve("test/deeper"));
        Files.createDirectories(folder.resolve("train"));
        Files.move(folder.resolve("9.png"), folder.resolve("test/deeper/9.png"));
        Files.move(folder.resolve("8.png"), folder.resolve("train/8.png"));
        Dataset given = Datasets.open(folder, UNLABELLED);
        assertThat(given.train().size()).isEqualTo(1);
        assertThat(given.test().size()).isEqualTo(1);
    }

    @Test
    void keepsDecodedImagesWithAndWithoutLabelsApart() throws IOException {
        for (String name : List.of("a/1", "a/2", "b/1", "b/2")) {
            Path image = folder.resolve("images/" + name + ".png");
            Files.createDirectories(image.getParent());
            Files.write(image, SampleFiles.png(2, 2, name.hashCode()));
        }
        DatasetOptions caching = DatasetOptions.defaults().cachingIn(folder.resolve("cache"));
        for (int run = 0; run < 2; run++) {
            assertThat(Datasets.open(folder.resolve("images"), caching).isLabelled())
                    .isTrue();
            assertThat(Datasets.open(folder.resolve("images"), caching.withoutLabels())
                            .isLabelled())
                    .isFalse();
        }
    }

    @Test
    void readsIdxImagesAlone() throws IOException {
        SampleFiles.idxFolder(folder);
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        Dataset images = Datasets.open(folder, UNLABELLED);
        assertThatThrownBy(() -> Datasets.open(folder, DatasetOptions.defaults()))
                .isInstanceOf(LabelException.class)
                .hasMessageContaining("has no train-labels-idx1-ubyte");

        assertThat(images.train().size()).isEqualTo(3);
        assertThat(images.isLabelled()).isFalse();
    }

    @Test
    void doesNotMixLabelledWithUnlabelled() {
        Samples labelled = ToyImages.samples(4, new SampleShape(1, 2, 2), 1);
        assertThatThrownBy(() -> new Dataset("00", List.of(), labelled, labelled))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("but there are no classes");
    }
}
