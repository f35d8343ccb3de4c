package io.espalier.pruning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path folder;

    @Test
    void readsGivenSplitsWithClassesInAlphabeticalOrder() throws IOException {
        Dataset dataset = zip(images());
        assertThat(dataset.classNames()).containsExactly("cat", "dog");
        assertThat(dataset.shape()).isEqualTo(new SampleShape(3, 2, 4));
        assertThat(dataset.test().label(0)).isEqualTo(1);
        float[] raw = new float[24];
        dataset.train().copyRaw(0, raw, 0);
        assertThat(raw[0]).isEqualTo(0x11);
        assertThat(raw[8]).isEqualTo(0x22);
        assertThat(raw[16]).isEqualTo(0x33);
    }

    @Test
    void holdsOutAFifthWhereThereIsNoSplit() throws IOException {
        Map<String, byte[]> images = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            images.put("pictures/cat/" + i + ".png", SampleFiles.png(2, 2, i));
            images.put("pictures/dog/" + i + ".png", SampleFiles.png(2, 2, i));
        }
        Dataset dataset = zip(images);
        assertThat(dataset.train().size()).isEqualTo(16);
        assertThat(dataset.test().size()).isEqualTo(4);
        assertThat(zip(images).digest()).isEqualTo(dataset.digest());
    }

    @Test
    void readsGreyWhereTheModelIsGrey() throws IOException {
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images());
        Dataset dataset = Datasets.open(file, DatasetOptions.defaults().expecting(new SampleShape(1, 2, 4)));
        assertThat(dataset.shape().channels()).isEqualTo(1);
    }

    @Test
    void readsTheSameFromTheCache() throws IOException {
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images());
        DatasetOptions options = DatasetOptions.defaults().cachingIn(folder.resolve("cache"));
        Dataset first = Datasets.open(file, options);
        assertThat(folder.resolve("cache"))
                .isDirectoryContaining(path -> path.toString().endsWith(".samples"));
        Dataset second = Datasets.open(file, options);
        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(ContentDigest.of(second.classNames(), second.train(), second.test()))
                .isEqualTo(first.digest());
    }

    @Test
    void keepsNoMoreInTheCacheThanTheDataSetsDecodedLast() throws IOException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        for (int i = 0; i < DecodedCache.MOST_FILES; i++) {
            Path earlier = Files.createFile(cache.resolve(i + ".samples"));
            Files.setLastModifiedTime(earlier, FileTime.fromMillis(1000L * (i + 1)));
        }
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images());

        Datasets.open(file, DatasetOptions.defaults().cachingIn(cache));

        assertThat(cache.resolve("0.samples")).doesNotExist();
        assertThat(cache.resolve("1.samples")).exists();
        try (var files = Files.list(cache)) {
            assertThat(files).hasSize(DecodedCache.MOST_FILES);
        }
    }

    @Test
    void clearsTheCacheBesideAnotherRunThatDoesTheSame() throws IOException {
        Path cache = Files.createDirectory(folder.resolve("cache"));
        for (int i = 0; i < DecodedCache.MOST_FILES; i++) {
            Path earlier = Files.createFile(cache.resolve(i + ".samples"));
            Files.setLastModifiedTime(earlier, FileTime.fromMillis(1000L * (i + 1)));
        }
        Files.createSymbolicLink(cache.resolve("gone.samples"), folder.resolve("nowhere"));
        Path dead = Files.createFile(cache.resolve("decoding1.tmp"));
        Files.setLastModifiedTime(dead, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path living = Files.createFile(cache.resolve("decoding2.tmp"));
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images());

        Datasets.open(file, DatasetOptions.defaults().cachingIn(cache));

        assertThat(cache.resolve("0.samples")).as("the oldest").doesNotExist();
        assertThat(dead).doesNotExist();
        assertThat(living).exists();
    }

    @Test
    void tellsImagesThatAreDecodedFromNumbers() throws IOException {
        Path images = folder.resolve("images.zip");
        SampleFiles.zip(images, images());
        Path numbers = folder.resolve("numbers.npz");
        SampleFiles.zip(numbers, Map.of("x_train.npy", new byte[] {1}));

        assertThat(Datasets.isOfImages(images)).isTrue();
        assertThat(Datasets.isOfImages(numbers)).isFalse();
    }

    @Test
    void namesAnImageOfAnotherSize() throws IOException {
        Map<String, byte[]> images = images();
        images.put("train/cat/b.png", SampleFiles.png(3, 2, 0));
        assertThatThrownBy(() -> zip(images))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("train/cat/b.png")
                .hasMessageContaining("2x3");
    }

    @Test
    void namesAnImageThatCannotBeRead() throws IOException {
        Map<String, byte[]> images = images();
        images.put("train/dog/b.jpg", "no picture".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> zip(images)).hasMessageContaining("train/dog/b.jpg");
    }

    @Test
    void refusesAJpegWhoseEndIsMissing() throws IOException {
        byte[] jpeg = SampleFiles.jpeg(4, 2, 0x445566);
        Map<String, byte[]> images = images();
        images.put("train/dog/b.jpg", jpeg);
        assertThat(zip(images).train().size()).isEqualTo(3);
        images.put("train/dog/b.jpg", Arrays.copyOf(jpeg, jpeg.length - 4));
        assertThatThrownBy(() -> zip(images))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("train/dog/b.jpg")
                .hasMessageContaining("is a damaged image (Truncated File")
                .hasMessageContaining("save it again, or remove it");
    }

    @Test
    void takesAGreyImageAmongColouredOnesForColour() throws IOException {
        Map<String, byte[]> images = images();
        images.put("train/cat/a.png", SampleFiles.greyPng(4, 2, 0x77));
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images);
        Dataset dataset = Datasets.open(file, DatasetOptions.defaults().expecting(new SampleShape(3, 2, 4)));
        float[] raw = new float[24];
        dataset.train().copyRaw(0, raw, 0);
        assertThat(raw).containsOnly(0x77);
    }

    @Test
    void namesTheFirstImageWhereThatIsTheOddOne() throws IOException {
        Map<String, byte[]> images = images();
        images.put("train/cat/a.png", SampleFiles.png(3, 2, 0));
        assertThatThrownBy(() -> zip(images)).hasMessageContaining("but the first image, train/cat/a.png, is 2x3");
    }

    @Test
    void refusesAClassFolderWithoutImages() throws IOException {
        Map<String, byte[]> images = images();
        images.put("train/cow/", new byte[0]);
        images.put("test/cow/", new byte[0]);
        assertThatThrownBy(() -> zip(images))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("The class folder test/cow in ")
                .hasMessageContaining("put images there, or remove the folder");
        images.remove("test/cow/");
        images.put("train/cow/cow.webp", new byte[] {1});
        assertThatThrownBy(() -> zip(images)).hasMessageContaining("The class folder train/cow in ");
    }

    @Test
    void refusesAnEmptyClassFolderOnDiskToo() throws IOException {
        Path root = Files.createDirectory(folder.resolve("images"));
        for (String image : List.of("cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png", "notes/readme.txt")) {
            Files.createDirectories(root.resolve(image).getParent());
            Files.write(root.resolve(image), SampleFiles.png(2, 2, 0));
        }
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(Datasets.open(link, DatasetOptions.defaults()).classNames()).containsExactly("cat", "dog");
        Files.createDirectory(root.resolve("cow"));
        assertThatThrownBy(() -> Datasets.open(root, DatasetOptions.defaults()))
                .hasMessageContaining("The class folder cow in ");
    }

    @Test
    void refusesASingleClass() throws IOException {
        Map<String, byte[]> images = images();
        images.remove("train/cat/a.png");
        assertThatThrownBy(() -> zip(images)).hasMessageContaining("one class only, [dog]");
    }

    @Test
    void readsImagesAgainWhereTheCacheIsDamaged() throws IOException {
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images());
        DatasetOptions options = DatasetOptions.defaults().cachingIn(folder.resolve("cache"));
        Dataset first = Datasets.open(file, options);
        Path cached;
        try (var files = Files.list(folder.resolve("cache"))) {
            cached = files.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(cached);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] = (byte) 0xff;
            Files.write(cached, damaged);
            assertThat(Datasets.open(file, options).train().size())
                    .isEqualTo(first.train().size());
        }
    }

    @Test
    void refusesATestClassWithoutTrainingImages() throws IOException {
        Map<String, byte[]> images = images();
        images.put("test/cow/a.png", SampleFiles.png(4, 2, 0));
        assertThatThrownBy(() -> zip(images)).hasMessageContaining("'cow'");
    }

    @Test
    void refusesNamesThatPointOutside() throws IOException {
        Map<String, byte[]> images = images();
        images.put("../evil.png", SampleFiles.png(4, 2, 0));
        assertThatThrownBy(() -> zip(images)).hasMessageContaining("unsafe name");
    }

    @Test
    void refusesAnArchiveOfNothingAndOneThatIsCutOff() throws IOException {
        assertThatThrownBy(() -> zip(Map.of())).hasMessageContaining("holds no files");
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> Datasets.open(file, DatasetOptions.defaults()))
                .hasMessageContaining("is it complete?");
    }

    @Test
    void refusesAnEmptyFolderAndSaysWhatItTakes() throws IOException {
        assertThatThrownBy(
                        () -> Datasets.open(Files.createDirectory(folder.resolve("empty")), DatasetOptions.defaults()))
                .hasMessageContaining("holds no files")
                .hasMessageContaining("train/<class>/");
    }

    private Dataset zip(Map<String, byte[]> images) throws IOException {
        Path file = folder.resolve("images.zip");
        SampleFiles.zip(file, images);
        return Datasets.open(file, DatasetOptions.defaults());
    }

    private static Map<String, byte[]> images() throws IOException {
        Map<String, byte[]> images = new TreeMap<>();
        images.put("train/cat/a.png", SampleFiles.png(4, 2, 0x112233));
        images.put("train/dog/a.png", SampleFiles.png(4, 2, 0x445566));
        images.put("test/dog/a.png", SampleFiles.png(4, 2, 0x445566));
        return images;
    }
}
