package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelsTest {
    private static final double WIDTH = 400;
    private static final double HEIGHT = 200;

    private final Labels labels = new Labels(WIDTH, HEIGHT);

    @Test
    void writesAboveThePointWhereThatIsFree() {
        labels.avoid(200, 100, 5);
        Labels.Place place = labels.beside(200, 100, "word", false).orElseThrow();
        assertThat(place.anchor()).isEqualTo(Labels.Anchor.MIDDLE);
        assertThat(place.x()).isEqualTo(200);
        assertThat(place.y()).isLessThan(95);
    }

    @Test
    void writesInwardsAtAnEdge() {
        assertThat(labels.beside(WIDTH - 2, 100, "at the edge", false).orElseThrow())
                .matches(place -> place.anchor() == Labels.Anchor.END && place.x() < WIDTH - 2);
        assertThat(labels.beside(2, 100, "at the edge", false).orElseThrow())
                .matches(place -> place.anchor() == Labels.Anchor.START && place.x() > 2);
    }

    @Test
    void leavesOutAWordThatCouldBeThatOfAnotherPoint() {
        labels.avoid(200, 100, 5);
        labels.avoid(203, 94, 5);
        labels.avoid(197, 106, 5);
        assertThat(labels.beside(200, 100, "either", false)).isEmpty();
        assertThat(labels.beside(200, 100, "strong", true)).isPresent();
    }

    @Test
    void leavesOutAWordForWhichThereIsNoRoom() {
        labels.avoid(200, 100, 5);
        assertThat(labels.beside(200, 100, "w".repeat(80), true)).isEmpty();
    }

    @Test
    void writesAcrossALineOnlyInBoldAndOnlyWhereNothingElseIsLeft() {
        labels.avoidLine(200, 0, 200, HEIGHT);
        assertThat(labels.beside(200, 100, "beside", false).orElseThrow().anchor())
                .isEqualTo(Labels.Anchor.START);
        for (double y = 50; y <= 150; y += 10) {
            labels.avoidLine(0, y, WIDTH, y);
        }
        assertThat(labels.beside(200, 60, "nowhere", false)).isEmpty();
        assertThat(labels.beside(200, 60, "across", true)).isPresent();
    }
}
