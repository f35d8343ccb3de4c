package io.espalier.demo.drawing;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A training and a test split of drawn figures, written as the four IDX files everybody knows, in one zip.
 *
 * @param trainCount images of the training split, classes in turn
 * @param testCount images of the test split, drawn from other seeds
 */
public record DrawnDataSet(int trainCount, int testCount, long seed) {
    /** What the demo uses: large enough to fine-tune on, small enough to do so in seconds. */
    public static final DrawnDataSet DEMO = new DrawnDataSet(6_000, 2_000, 20_261_101);

    private static final int UNSIGNED_BYTE_1D = 0x0801;
    private static final int UNSIGNED_BYTE_3D = 0x0803;

    /** In the order of the labels. */
    public static List<String> classNames() {
        return Arrays.stream(Figure.values())
                .map(figure -> figure.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Writes the zip, whole or not at all. */
    public void writeZip(Path zip) throws IOException {
        Path part = zip.resolveSibling(zip.getFileName() + ".part");
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            // Noise does not compress; spend no time on trying hard.
            out.setLevel(1);
            entry(out, "train-images-idx3-ubyte", images(0, trainCount));
            entry(out, "train-labels-idx1-ubyte", labels(trainCount));
            entry(out, "t10k-images-idx3-ubyte", images(trainCount, testCount));
            entry(out, "t10k-labels-idx1-ubyte", labels(testCount));
            entry(out, "classes.txt", List.of(String.join("\n", classNames()).getBytes(StandardCharsets.UTF_8)));
        }
        Files.move(part, zip, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The image with this number, counted through both splits. */
    byte[] image(int number) {
        Figure figure = Figure.values()[number % Figure.values().length];
        return new Draughtsman(Draughtsman.Difficulty.DEMO).draw(figure, seed * 0x9E3779B97F4A7C15L + number);
    }

    private List<byte[]> images(int first, int count) {
        byte[][] all = new byte[count + 1][];
        all[0] = header(UNSIGNED_BYTE_3D, count, Draughtsman.SIDE, Draughtsman.SIDE);
        IntStream.range(0, count).parallel().forEach(i -> all[i + 1] = image(first + i));
        return List.of(all);
    }

    private static List<byte[]> labels(int count) {
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % Figure.values().length);
        }
        return List.of(header(UNSIGNED_BYTE_1D, count), labels);
    }

    private static byte[] header(int magic, int... sizes) {
        ByteBuffer header = ByteBuffer.allocate(4 + 4 * sizes.length);
        header.putInt(magic);
        for (int size : sizes) {
            header.putInt(size);
        }
        return header.array();
    }

    private static void entry(ZipOutputStream zip, String name, List<byte[]> parts) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        // A fixed time keeps the zip's digest the same from run to run.
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        DataOutputStream out = new DataOutputStream(zip);
        for (byte[] part : parts) {
            out.write(part);
        }
        out.flush();
        zip.closeEntry();
    }
}
