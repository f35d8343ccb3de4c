package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleFeedTest {
    @Test
    void givesSmallSamplesInBatchesOfTheAskedSize() {
        assertThat(batches(new SampleShape(1, 8, 8), 4, 5)).containsExactly(4, 1);
    }

    @Test
    void givesLargeSamplesInSmallerBatches() {
        assertThat(batches(new SampleShape(3, 800, 800), 4, 5)).containsExactly(2, 2, 1);
    }

    @Test
    void givesSamplesThatAreLargerThanABatchOneByOne() {
        assertThat(batches(new SampleShape(3, 1500, 1500), 4, 2)).containsExactly(1, 1);
    }

    private static List<Integer> batches(SampleShape shape, int most, int samples) {
        Samples black = ToyImages.of(shape, new byte[samples][shape.values()]);
        ModelInput input =
                ModelInput.of("x", List.of(-1L, (long) shape.channels(), (long) shape.height(), (long) shape.width()));
        List<Integer> counts = new ArrayList<>();
        SampleFeed.forEachBatch(input, black, InputContract.RAW, most, (from, values, count) -> counts.add(count));
        return counts;
    }
}
