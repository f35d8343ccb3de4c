package io.espalier.demo.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawnDataSetTest {
    private static final DrawnDataSet SMALL = new DrawnDataSet(40, 20, 5);

    private static final int FROZEN_HASH_OF_IMAGE_123 = -1500615808;

    @TempDir
    Path folder;

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        Path one = folder.resolve("one.zip");
        Path two = folder.resolve("two.zip");
        SMALL.writeZip(one);
        SMALL.writeZip(two);
        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void theDemosImagesAreTheSameOnEveryMachine() {
        byte[] image = DrawnDataSet.DEMO.image(123);
        assertThat(Arrays.hashCode(image)).isEqualTo(FROZEN_HASH_OF_IMAGE_123);
    }

    @Test
    void otherSeedsGiveOtherImages() {
        assertThat(new DrawnDataSet(40, 20, 6).image(0)).isNotEqualTo(SMALL.image(0));
        assertThat(SMALL.image(10)).isNotEqualTo(SMALL.image(0));
    }

    @Test
    void holdsTheFourCanonicalFilesWithMatchingHeaders() throws IOException {
        Path zip = folder.resolve("drawn.zip");
        SMALL.writeZip(zip);
        Map<String, ByteBuffer> files = unzip(zip);
        assertThat(ints(file(files, "train-images-idx3-ubyte"), 4)).containsExactly(0x803, 40, 28, 28);
        assertThat(ints(file(files, "train-labels-idx1-ubyte"), 2)).containsExactly(0x801, 40);
        assertThat(ints(file(files, "t10k-images-idx3-ubyte"), 4)).containsExactly(0x803, 20, 28, 28);
        assertThat(ints(file(files, "t10k-labels-idx1-ubyte"), 2)).containsExactly(0x801, 20);
        assertThat(file(files, "train-images-idx3-ubyte").remaining()).isEqualTo(40 * 28 * 28);
        assertThat(file(files, "t10k-labels-idx1-ubyte").remaining()).isEqualTo(20);
    }

    @Test
    void noClassIsDrawnAsAnEmptyOrAFullImage() {
        for (int number = 0; number < 200; number++) {
            byte[] image = SMALL.image(number);
            long bright = 0;
            for (byte pixel : image) {
                bright += (pixel & 0xFF) > 110 ? 1 : 0;
            }
            assertThat(bright).as("bright pixels of image %d", number).isBetween(8L, 500L);
        }
    }

    private static Map<String, ByteBuffer> unzip(Path zip) throws IOException {
        Map<String, ByteBuffer> files = new HashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            ZipEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                files.put(entry.getName(), ByteBuffer.wrap(in.readAllBytes()));
            }
        }
        return files;
    }

    private static ByteBuffer file(Map<String, ByteBuffer> files, String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    private static int[] ints(ByteBuffer file, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = file.getInt();
        }
        return values;
    }
}
