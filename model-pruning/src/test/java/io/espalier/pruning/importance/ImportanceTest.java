package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Two dense layers, 2 -> 3 -> 1, with scores worked by hand. */
class ImportanceTest {
    private static final Offset<Double> ROUNDING = within(1e-6);

    @Test
    void l1AveragesTheNormalisedMagnitudesOfMakersAndReaders() {
        // Makers: rows (1,-1), (0,2), (3,3): 2, 2, 6, mean 10/3. Readers: |4|, |-1|, |1|: 4, 1, 1, mean 2.
        double[] scores = score(new L1Importance());

        assertThat(scores[0]).isCloseTo((2 / (10 / 3.0) + 4 / 2.0) / 2, ROUNDING);
        assertThat(scores[1]).isCloseTo((2 / (10 / 3.0) + 1 / 2.0) / 2, ROUNDING);
        assertThat(scores[2]).isCloseTo((6 / (10 / 3.0) + 1 / 2.0) / 2, ROUNDING);
    }

    @Test
    void taylorTakesTheMagnitudeOfTheSumAndNotTheSumOfMagnitudes() {
        // Makers with bias: |1*1 + -1*2 + 1*1| = 0, |0*5 + 2*1 + 0*9| = 2, |3*1 + 3*0 + -1*1| = 2, mean 4/3.
        // Readers: |4*0.5| = 2, |-1*1| = 1, |1*0| = 0, mean 1.
        Map<String, Tensor> gradients = Map.of(
                "w1", Tensor.ofFloats(new float[] {1, 2, 5, 1, 1, 0}, 3, 2),
                "b1", Tensor.ofFloats(new float[] {1, 9, 1}, 3),
                "w2", Tensor.ofFloats(new float[] {0.5f, 1, 0}, 1, 3));

        double[] scores = score(new TaylorImportance(gradients));

        assertThat(scores[0]).isCloseTo((0 + 2) / 2.0, ROUNDING);
        assertThat(scores[1]).isCloseTo((1.5 + 1) / 2.0, ROUNDING);
        assertThat(scores[2]).isCloseTo((1.5 + 0) / 2.0, ROUNDING);
    }

    @Test
    void taylorRefusesAGroupWithoutGradients() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> score(new TaylorImportance(Map.of())))
                .withMessageContaining("Group 'hidden' has no weights with a gradient");
    }

    @Test
    void taylorRefusesAGradientOfAnotherShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> score(new TaylorImportance(Map.of("w1", Tensor.ofFloats(new float[6], 2, 3)))))
                .withMessageContaining("'w1'")
                .withMessageContaining("[2x3]");
    }

    @Test
    void randomDependsOnTheSeedAlone() {
        assertThat(score(new RandomImportance(3))).isEqualTo(score(new RandomImportance(3)));
        assertThat(score(new RandomImportance(3))).isNotEqualTo(score(new RandomImportance(4)));
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

    private static double[] score(Importance importance) {
        DependencyGroups groups = DependencyGroups.of(network());
        return importance.scores(groups).getOrDefault("hidden", new double[0]);
    }

    private static Graph network() {
        Map<String, Attribute> transposed = Map.of("transB", Attribute.of(1L));
        return new GraphBuilder("two-layers", 13)
                .input("x", Shape.of(Shape.BATCH, 2))
                .output("y", Shape.of(Shape.BATCH, 1))
                .initializer("w1", Tensor.ofFloats(new float[] {1, -1, 0, 2, 3, 3}, 3, 2))
                .initializer("b1", Tensor.ofFloats(new float[] {1, 0, -1}, 3))
                .initializer("w2", Tensor.ofFloats(new float[] {4, -1, 1}, 1, 3))
                .initializer("b2", Tensor.ofFloats(new float[] {0}, 1))
                .node(Node.of("hidden", "Gemm", List.of("x", "w1", "b1"), "h", transposed))
                .node(Node.of("out", "Gemm", List.of("h", "w2", "b2"), "y", transposed))
                .build();
    }
}
