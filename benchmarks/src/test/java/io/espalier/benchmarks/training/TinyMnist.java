package io.espalier.benchmarks.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files like MNIST's, of few images, no two of which are the same. */
final class TinyMnist {
    private static final int IMAGES_MAGIC = 0x0803;
    private static final int LABELS_MAGIC = 0x0801;
    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    private TinyMnist() {}

    /** The folder of data that has them as {@code mnist}. */
    static Path in(Path folder, int training, int test) throws IOException {
        Path mnist = Files.createDirectories(folder.resolve("mnist"));
        write(mnist, "train", training, 0);
        write(mnist, "t10k", test, training);
        return folder;
    }

    /** The first two pixels of an image are its number. */
    private static void write(Path mnist, String part, int count, int firstNumber) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        images.putInt(IMAGES_MAGIC).putInt(count).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + count);
        labels.putInt(LABELS_MAGIC).putInt(count);
        for (int i = 0; i < count; i++) {
            byte[] image = new byte[SIDE * SIDE];
            int number = firstNumber + i;
            image[0] = (byte) (number >> 8);
            image[1] = (byte) number;
            images.put(image);
            labels.put((byte) (i % CLASSES));
        }
        Files.write(mnist.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(mnist.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
}
