package io.espalier.pruning.importance;

import static io.espalier.pruning.importance.TwoLayers.ROUNDING;
import static io.espalier.pruning.importance.TwoLayers.scores;
import static io.espalier.pruning.importance.TwoLayers.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Criteria that read weights and gradients, with scores worked by hand on {@link TwoLayers}. */
class ImportanceTest {
    @Test
    void l1AveragesTheNormalisedMagnitudesOfMakersAndReaders() {
        // Makers: 2, 2, 6, mean 10/3. Readers: |4|, |-1|, |1|, mean 2.
        assertThat(scores(new L1Importance()))
                .containsExactly(
                        new double[] {(0.6 + 4 / 2.0) / 2, (0.6 + 1 / 2.0) / 2, (1.8 + 1 / 2.0) / 2}, ROUNDING);
    }

    @Test
    void l1ValuesAreMeanMagnitudesOfTheMakers() {
        assertThat(values(new L1Importance())).containsExactly(1, 1, 3);
    }

    @Test
    void l2TakesTheRootOfTheSumOfSquares() {
        // Makers: sqrt(2), 2, sqrt(18). Readers: 4, 1, 1, mean 2.
        double mean = (Math.sqrt(2) + 2 + Math.sqrt(18)) / 3;
        assertThat(scores(new L2Importance()))
                .containsExactly(
                        new double[] {
                            (Math.sqrt(2) / mean + 2) / 2, (2 / mean + 0.5) / 2, (Math.sqrt(18) / mean + 0.5) / 2
                        },
                        ROUNDING);
    }

    @Test
    void l2ValuesAreRootMeanSquaresOfTheMakers() {
        assertThat(values(new L2Importance())).containsExactly(new double[] {1, Math.sqrt(2), 3}, ROUNDING);
    }

    @Test
    void gradientTakesTheSumOfMagnitudes() {
        // Makers: |1|+|-2|, |5|+|1|, |-1|+|0|: 3, 6, 1, mean 10/3. Readers: 0.5, 1, 0, mean 0.5.
        Map<String, Tensor> gradients = Map.of(
                "w1", Tensor.ofFloats(new float[] {1, -2, 5, 1, -1, 0}, 3, 2),
                "w2", Tensor.ofFloats(new float[] {-0.5f, 1, 0}, 1, 3));

        assertThat(scores(new GradientImportance(List.of(gradients))))
                .containsExactly(new double[] {(0.9 + 1) / 2, (1.8 + 2) / 2, (0.3 + 0) / 2}, ROUNDING);
        assertThat(values(new GradientImportance(List.of(gradients)))).containsExactly(1.5, 3, 0.5);
    }

    @Test
    void taylorTakesTheMagnitudeOfTheSumAndNotTheSumOfMagnitudes() {
        // Makers with bias: |1*1 + -1*2 + 1*1| = 0, |0*5 + 2*1 + 0*9| = 2, |3*1 + 3*0 + -1*1| = 2, mean 4/3.
        // Readers: |4*0.5| = 2, |-1*1| = 1, |1*0| = 0, mean 1.
        Map<String, Tensor> gradients = Map.of(
                "w1", Tensor.ofFloats(new float[] {1, 2, 5, 1, 1, 0}, 3, 2),
                "b1", Tensor.ofFloats(new float[] {1, 9, 1}, 3),
                "w2", Tensor.ofFloats(new float[] {0.5f, 1, 0}, 1, 3));

        assertThat(scores(new TaylorImportance(List.of(gradients))))
                .containsExactly(new double[] {(0 + 2) / 2.0, (1.5 + 1) / 2, (1.5 + 0) / 2}, ROUNDING);
        assertThat(values(new TaylorImportance(List.of(gradients)))).containsExactly(0, 2, 2);
    }

    @Test
    void gradientsThatCancelOutOverBatchesStillCount() {
        // Their mean is zero everywhere. Taylor: 1, 2 * 2 and 3 * 1 from either batch; gradient: 1, 2 and 1.
        List<Map<String, Tensor>> batches = List.of(
                Map.of("w1", Tensor.ofFloats(new float[] {1, 0, 0, 2, 0, 1}, 3, 2)),
                Map.of("w1", Tensor.ofFloats(new float[] {-1, 0, 0, -2, 0, -1}, 3, 2)));

        assertThat(values(new TaylorImportance(batches))).containsExactly(1, 4, 3);
        assertThat(values(new GradientImportance(batches))).containsExactly(0.5, 1, 0.5);
    }

    @Test
    void refusesAGroupWithoutGradients() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scores(new TaylorImportance(List.of(Map.of()))))
                .withMessageContaining("Group 'hidden' has no weights with a gradient");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        scores(new GradientImportance(List.of(Map.of("b1", Tensor.ofFloats(new float[3], 3))))))
                .withMessageContaining("gradients are there for [b1]");
    }

    @Test
    void refusesAGradientOfAnotherShape() {
        Map<String, Tensor> gradients = Map.of("w1", Tensor.ofFloats(new float[6], 2, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scores(new TaylorImportance(List.of(gradients))))
                .withMessageContaining("'w1'")
                .withMessageContaining("[2x3]");
    }

    @Test
    void geometricMedianSumsTheDistancesToTheOtherFilters() {
        // Between (1,-1), (0,2) and (3,3): sqrt(10), sqrt(20), sqrt(10).
        double near = 2 * Math.sqrt(10);
        double far = Math.sqrt(10) + Math.sqrt(20);
        double mean = (near + 2 * far) / 3;
        assertThat(scores(new GeometricMedianImportance()))
                .containsExactly(new double[] {far / mean, near / mean, far / mean}, ROUNDING);
    }

    @Test
    void randomDependsOnTheSeedAlone() {
        assertThat(scores(new RandomImportance(3))).isEqualTo(scores(new RandomImportance(3)));
        assertThat(scores(new RandomImportance(3))).isNotEqualTo(scores(new RandomImportance(4)));
    }

    @Test
    void scoresEveryPrunableGroup() {
        DependencyGroups groups = DependencyGroups.of(ReferenceNetworks.sourceCnn(1));

        assertThat(new L1Importance().scores(groups)).containsOnlyKeys("conv1", "conv2", "conv3", "dense1");
    }

    @Test
    void keepsTheChannelsOfHighestScoreInOrder() {
        assertThat(TopChannels.keep(new double[] {0.1, 0.9, 0.5, 0.5, 0.7}, 3)).containsExactly(1, 2, 4);
    }
}
