package io.espalier.pruning.training;

import io.espalier.pruning.data.SampleShape;
import java.util.Random;

/** Changes images as an {@link Augmentation} says. */
final class Augmenter {
    private final SampleShape shape;
    private final boolean mirrors;
    private final int shiftedShare;
    private final Random random;
    private final float[] original;

    Augmenter(Augmentation augmentation, SampleShape shape, Random random) {
        this.shape = shape;
        this.mirrors = augmentation == Augmentation.MIRROR || augmentation == Augmentation.MIRROR_AND_SHIFT;
        this.shiftedShare = switch (augmentation) {
            case NONE, MIRROR -> 0;
            case SHIFT -> 16;
            case MIRROR_AND_SHIFT -> 8;
        };
        this.random = random;
        this.original = new float[shape.values()];
    }

    /** Changes one channel-first image in place. */
    void apply(float[] values, int offset) {
        System.arraycopy(values, offset, original, 0, original.length);
        int height = shape.height();
        int width = shape.width();
        boolean mirrored = mirrors && random.nextBoolean();
        int down = shift(height);
        int right = shift(width);
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

    private int shift(int extent) {
        if (shiftedShare == 0) {
            return 0;
        }
        int most = extent / shiftedShare;
        return random.nextInt(-most, most + 1);
    }
}
