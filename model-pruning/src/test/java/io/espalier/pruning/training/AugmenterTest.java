package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.SampleShape;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** On images of 32x32 with a bright pixel in the third quarter of a row. */
class AugmenterTest {
    private static final int SIZE = 32;
    private static final int ROW = 16;
    private static final int COLUMN = 24;
    private static final int MIRRORED = SIZE - 1 - COLUMN;

    @Test
    void nothingIsLeftAsItIs() {
        assertThat(columns(Augmentation.NONE)).containsExactly(COLUMN);
    }

    @Test
    void shiftsByASixteenthAtMost() {
        assertThat(columns(Augmentation.SHIFT)).containsExactly(COLUMN - 2, COLUMN - 1, COLUMN, COLUMN + 1, COLUMN + 2);
    }

    @Test
    void mirrorsWithoutShifting() {
        assertThat(columns(Augmentation.MIRROR)).containsExactly(MIRRORED, COLUMN);
    }

    @Test
    void mirrorsAndShiftsByAnEighthAtMost() {
        Set<Integer> columns = columns(Augmentation.MIRROR_AND_SHIFT);

        assertThat(columns).hasSize(2 * 9);
        assertThat(columns).allMatch(column -> Math.abs(column - COLUMN) <= 4 || Math.abs(column - MIRRORED) <= 4);
    }

    /** All columns in which the bright pixel is found. */
    private static Set<Integer> columns(Augmentation augmentation) {
        Augmenter augmenter = new Augmenter(augmentation, new SampleShape(1, SIZE, SIZE), new Random(1));
        Set<Integer> columns = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            float[] image = new float[SIZE * SIZE];
            image[ROW * SIZE + COLUMN] = 1;
            augmenter.apply(image, 0);
            for (int p = 0; p < image.length; p++) {
                if (image[p] == 1) {
                    columns.add(p % SIZE);
                }
            }
        }
        return columns;
    }
}
