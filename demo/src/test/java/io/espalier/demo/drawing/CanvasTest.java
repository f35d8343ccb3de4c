package io.espalier.demo.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CanvasTest {
    @Test
    void aStrokeOnPixelBordersCoversItsAreaExactly() {
        Canvas canvas = new Canvas(10);
        canvas.stroke(new double[] {-5, 5, 15, 5}, 2, 1);
        assertThat(sum(canvas, 10)).isCloseTo(20, within(1e-9));
    }

    @Test
    void aStrokeBetweenPixelsIsSharedByTheRowsItTouches() {
        Canvas canvas = new Canvas(10);
        canvas.stroke(new double[] {-5, 5.25, 15, 5.25}, 1, 1);
        assertThat(canvas.at(5 * 10 + 5)).isCloseTo(0.75, within(1e-9));
        assertThat(canvas.at(4 * 10 + 5)).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void crossingStrokesDoNotBurnOut() {
        Canvas canvas = new Canvas(10);
        canvas.stroke(new double[] {0, 5, 10, 5}, 3, 0.8);
        canvas.stroke(new double[] {5, 0, 5, 10}, 3, 0.8);
        assertThat(canvas.at(55)).isCloseTo(0.8, within(1e-9));
    }

    @Test
    void strokesOutsideTheImageAreCutOff() {
        Canvas canvas = new Canvas(4);
        canvas.stroke(new double[] {-30, -30, -20, -25}, 2, 1);
        assertThat(sum(canvas, 4)).isZero();
    }

    @Test
    void aCoverHidesWhatWasThere() {
        Canvas canvas = new Canvas(4);
        canvas.stroke(new double[] {0, 2, 4, 2}, 4, 1);
        canvas.cover(0, 0, 4, 4, 0);
        assertThat(sum(canvas, 4)).isZero();
    }

    private static double sum(Canvas canvas, int side) {
        double sum = 0;
        for (int i = 0; i < side * side; i++) {
            sum += canvas.at(i);
        }
        return sum;
    }
}
