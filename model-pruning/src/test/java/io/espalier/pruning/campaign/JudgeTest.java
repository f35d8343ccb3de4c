package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.ToyImages;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    /** With few classes two and a half times guessing would be above any accuracy, and every network as good as the next. */
    @ParameterizedTest
    @CsvSource({"2, 0.75", "4, 0.625", "10, 0.25"})
    void accuraciesTellNetworksApartFromAPointThatCanBeReached(int classes, double from) {
        int[] labels = IntStream.range(0, 40).map(i -> i % classes).toArray();

        Judge judge = new Judge.OfClasses(ToyImages.labelled(labels), InputContract.RAW, 1);

        assertThat(judge.leastTelling()).isEqualTo(from);
    }
}
