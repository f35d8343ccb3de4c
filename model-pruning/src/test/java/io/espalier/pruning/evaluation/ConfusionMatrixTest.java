package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    private static final ConfusionMatrix MATRIX = new ConfusionMatrix(
            3,
            Map.of(
                    new ConfusionMatrix.Pair(0, 0), 6,
                    new ConfusionMatrix.Pair(0, 1), 2,
                    new ConfusionMatrix.Pair(1, 2), 2,
                    new ConfusionMatrix.Pair(1, 0), 5));

    @Test
    void countsByClass() {
        assertThat(MATRIX.samplesByClass()).containsExactly(8, 7, 0);
        assertThat(MATRIX.recall(0)).hasValue(0.75);
        assertThat(MATRIX.recall(1)).hasValue(0);
        assertThat(MATRIX.recall(2)).isEmpty();
        assertThat(MATRIX.count(2, 2)).isZero();
    }

    @Test
    void listsMistakesByFrequencyThenClass() {
        assertThat(MATRIX.mistakes())
                .containsExactly(
                        new ConfusionMatrix.Count(1, 0, 5),
                        new ConfusionMatrix.Count(0, 1, 2),
                        new ConfusionMatrix.Count(1, 2, 2));
    }

    @Test
    void refusesClassesThatDoNotExist() {
        assertThatThrownBy(() -> new ConfusionMatrix(2, Map.of(new ConfusionMatrix.Pair(0, 2), 1)))
                .hasMessageContaining("outside 2 classes");
    }

    @Test
    void comesOutOfAnEvaluation() {
        Confusion confusion = new Confusion(3);
        confusion.add(1, new float[] {0.1f, 0.2f, 0.7f});
        confusion.add(1, new float[] {0.1f, 0.2f, 0.7f});
        confusion.add(2, new float[] {0.1f, 0.2f, 0.7f});
        assertThat(confusion.evaluation().confusion().counts())
                .isEqualTo(Map.of(new ConfusionMatrix.Pair(1, 2), 2, new ConfusionMatrix.Pair(2, 2), 1));
    }
}
