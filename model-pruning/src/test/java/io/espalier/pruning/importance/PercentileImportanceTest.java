package io.espalier.pruning.importance;

import static io.espalier.pruning.importance.TwoLayers.ROUNDING;
import static io.espalier.pruning.importance.TwoLayers.scores;
import static io.espalier.pruning.importance.TwoLayers.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Worked by hand: magnitudes are 0,1,1,2,3,3 in the first layer and 1,1,4 in the second. */
class PercentileImportanceTest {
    @Test
    void countsTheWeightsAboveAGivenTheta() {
        // Above 1, makers: 0, 1/2, 1, mean 1/2. Readers: 1, 0, 0, mean 1/3.
        PercentileImportance importance = new PercentileImportance(new WeightThreshold.Given(1));

        assertThat(scores(importance))
                .containsExactly(new double[] {(0 + 3) / 2.0, (1 + 0) / 2.0, (2 + 0) / 2.0}, ROUNDING);
        assertThat(values(importance)).containsExactly(0, 0.5, 1);
    }

    @Test
    void takesThetaFromEachLayer() {
        // 60 %: the 4th of 6 is 2, the 2nd of 3 is 1. Makers above: 0, 0, 1. Readers above: 1, 0, 0.
        PercentileImportance importance = new PercentileImportance(new WeightThreshold.OfLayer(60));

        assertThat(scores(importance)).containsExactly(new double[] {1.5, 0, 1.5}, ROUNDING);
        assertThat(values(importance)).containsExactly(0, 0, 1);
    }

    @Test
    void takesThetaFromTheWholeNetwork() {
        // 80 %: the 8th of 9 is 3, which no maker exceeds, so only the readers speak. By layer, nothing exceeds 3 and
        // 4.
        assertThat(scores(new PercentileImportance(new WeightThreshold.OfNetwork(80))))
                .containsExactly(new double[] {3, 0, 0}, ROUNDING);
        assertThat(scores(new PercentileImportance(new WeightThreshold.OfLayer(80))))
                .containsExactly(0, 0, 0);
    }

    @Test
    void refusesPercentilesThatSayNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WeightThreshold.OfLayer(100))
                .withMessageContaining("100.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new WeightThreshold.OfNetwork(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new WeightThreshold.Given(Double.NaN));
    }
}
