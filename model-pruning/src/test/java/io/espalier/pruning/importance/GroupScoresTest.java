package io.espalier.pruning.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.ChannelTensor;
import io.espalier.pruning.graph.Tensor;
import org.junit.jupiter.api.Test;

class GroupScoresTest {
    private final GroupScores scores = new GroupScores(3);

    @Test
    void averagesOverTheMembersThatSpeakOfAChannel() {
        scores.add(new double[] {1, 2, 3});
        scores.add(new double[] {30, 10, Double.NaN});

        assertThat(scores.combined()).containsExactly((0.5 + 1.5) / 2, (1 + 0.5) / 2, 1.5);
    }

    @Test
    void leavesOutMembersThatAreZeroEverywhere() {
        scores.add(new double[] {0, 0, 0});
        scores.add(new double[] {0, 3, 3});

        assertThat(scores.combined()).containsExactly(0, 1.5, 1.5);
    }

    @Test
    void aChannelNobodySpeaksOfIsAverage() {
        scores.add(new double[] {1, 3, Double.NaN});

        assertThat(scores.combined()).containsExactly(0.5, 1.5, 1);
        assertThat(scores.largest()).containsExactly(1, 3, Double.NaN);
    }

    @Test
    void withoutAnyInformationAllChannelsAreEqual() {
        scores.add(new double[] {0, 0, Double.NaN});

        assertThat(scores.combined()).containsExactly(0, 0, 0);
    }

    @Test
    void findsTheExtremesOfWhatWasSaid() {
        scores.add(new double[] {1, Double.NaN, 4});
        scores.add(new double[] {2, 7, 3});

        assertThat(scores.largest()).containsExactly(2, 7, 4);
        assertThat(scores.smallest()).containsExactly(1, 7, 3);
    }

    @Test
    void averagesThePositionsOfAChannel() {
        scores.add(new ChannelTensor("flat", 1, new int[] {0, 0, -1, 2}), new double[] {1, 3, 100, 2});

        assertThat(scores.largest()).containsExactly(2, Double.NaN, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scores.add(new ChannelTensor("flat", 1, new int[] {0, 1}), new double[3]))
                .withMessageContaining("'flat' has 2 channels, but there are numbers for 3");
    }

    @Test
    void sortsTheElementsOfAFlattenedLayerByChannel() {
        // Two rows that read channel 0 at two positions, then another group's, then channel 2.
        Tensor weights = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4);
        ChannelMember member = new ChannelMember("dense", "w", 1, ChannelRole.INPUT, new int[] {0, 0, -1, 2});
        ChannelElements elements = new ChannelElements(3, member, weights);

        assertThat(elements.sums(elements::at)).containsExactly(1 + 2 + 5 + 6, Double.NaN, 4 + 8);
        assertThat(elements.means(elements::at)).containsExactly(3.5, Double.NaN, 6);
        assertThat(elements.vectors()).isDeepEqualTo(new float[][] {{1, 2, 5, 6}, {}, {4, 8}});
    }
}
