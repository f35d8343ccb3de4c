package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Shape;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CovarianceTallyTest {
    @Test
    void tellsHowChannelsVaryTogether() {
        CovarianceTally tally = new CovarianceTally(Shape.of(Shape.BATCH, 2, 1, 2), new int[][] {{0, 1}});

        // Two samples of two channels at two places: (1, 2), (3, 0), then (0, 4), (0, 2).
        tally.add(FloatBuffer.wrap(new float[] {1, 3, 2, 0, 0, 0, 4, 2}));

        // Means 1 and 2; mean squares 2.5 and 6; mean product 0.5.
        assertThat(tally.covariance()).isDeepEqualTo(new double[][] {{1.5, -1.5}, {-1.5, 2}});
    }

    @Test
    void takesTheValuesOfAFlattenedImageAsPlacesOfTheirChannel() {
        CovarianceTally flat = new CovarianceTally(Shape.of(Shape.BATCH, 4), new int[][] {{0, 2}, {1, 3}});

        flat.add(FloatBuffer.wrap(new float[] {1, 3, 2, 0, 0, 0, 4, 2}));

        assertThat(flat.covariance()).isDeepEqualTo(new double[][] {{1.5, -1.5}, {-1.5, 2}});
    }

    /** The sides are those of which a map's places are a multiple of what is looked at of one sample. */
    @ParameterizedTest
    @ValueSource(ints = {10, 12, 24})
    void looksAtEveryPlaceOfLargeMapsOverManySamples(int side) {
        int places = side * side;
        CovarianceTally tally = new CovarianceTally(
                Shape.of(Shape.BATCH, places, side, side),
                new int[][] {IntStream.range(0, places).toArray()});

        // Channel p of a sample is 1 at place p and 0 elsewhere, so that its variance tells whether p was ever looked
        // at.
        float[] sample = new float[places * places];
        for (int place = 0; place < places; place++) {
            sample[place * places + place] = 1;
        }
        for (int s = 0; s < places; s++) {
            tally.add(FloatBuffer.wrap(sample));
        }

        double[][] covariance = tally.covariance();
        for (int place = 0; place < places; place++) {
            assertThat(covariance[place][place]).as("place %d", place).isPositive();
        }
    }

    @Test
    void aChannelThatIsNotInTheTensorIsZero() {
        CovarianceTally tally = new CovarianceTally(Shape.of(Shape.BATCH, 1), new int[][] {{-1, 0}});

        tally.add(FloatBuffer.wrap(new float[] {1, 3}));

        assertThat(tally.covariance()).isDeepEqualTo(new double[][] {{0, 0}, {0, 1}});
    }
}
