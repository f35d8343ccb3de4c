package io.espalier.pruning.training;

import io.espalier.pruning.data.SampleShape;
import java.util.Random;

/** Mirrors images at random and shifts them by up to an eighth of their size, filling with zeros. */
final class Augmentation {
    private final SampleShape shape;
    private final Random random;
    private final float[] original;

    Augmentation(SampleShape shape, Random random) {
        this.shape = shape;
        this.random = random;
        this.original = new float[shape.values()];
    }

    /** Changes one channel-first image in place. */
    void apply(float[] values, int offset) {
        System.arraycopy(values, offset, original, 0, original.length);
        int height = shape.height();
        int width = shape.width();
        boolean mirrored = random.nextBoolean();
        int down = random.nextInt(-(height / 8), height / 8 + 1);
        int right = random.nextInt(-(width / 8), width / 8 + 1);
        for (int c = 0; c < shape.channels(); c++) {
            for (int y = 0; y < height; y++) {
                int row = offset + (c * height + y) * width;
                int fromY = y + down;
                for (int x = 0; x < width; x++) {
                    int fromX = (mirrored ? width - 1 - x : x) + right;
                    boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                    values[row + x] = inside ? original[(c * height + fromY) * width + fromX] : 0;
                }
            }
        }
    }
}
