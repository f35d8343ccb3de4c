package io.espalier.pruning.data;

import java.util.List;
import java.util.Random;

/** Noisy images with a bright corner; which of the four corners it is, is the class. */
public final class ToyImages {
    public static final int CLASSES = 4;

    private ToyImages() {}

    public static Samples samples(int count, SampleShape shape, long seed) {
        Random random = new Random(seed);
        byte[][] values = new byte[count][shape.values()];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(CLASSES);
            for (int v = 0; v < shape.values(); v++) {
                int y = v / shape.width() % shape.height();
                int x = v % shape.width();
                int corner = (y < shape.height() / 2 ? 0 : 2) + (x < shape.width() / 2 ? 0 : 1);
                values[i][v] = (byte) (random.nextInt(100) + (corner == labels[i] ? 60 : 0));
            }
        }
        return new ByteSamples(shape, values, labels);
    }

    /** One image for each row of raw values, all of class 0. */
    public static Samples of(SampleShape shape, byte[]... values) {
        return new ByteSamples(shape, values, new int[values.length]);
    }

    /** Black images of one pixel in these classes. */
    public static Samples labelled(int... labels) {
        return new ByteSamples(new SampleShape(1, 1, 1), new byte[labels.length][1], labels);
    }

    public static Dataset dataset(SampleShape shape) {
        return new Dataset("00", List.of("a", "b", "c", "d"), samples(2048, shape, 1), samples(256, shape, 2));
    }
}
