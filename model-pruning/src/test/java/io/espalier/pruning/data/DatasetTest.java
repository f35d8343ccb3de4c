package io.espalier.pruning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static final SampleShape ONE = new SampleShape(1, 1, 1);

    @Test
    void refusesALabelOutsideItsClasses() {
        assertThatThrownBy(() -> dataset(0, 2)).hasMessageContaining("label 2").hasMessageContaining("0 to 1");
    }

    @Test
    void refusesAModelOfAnotherInputSizeOrWithTooFewOutputs() {
        Dataset dataset = dataset(0, 1);
        dataset.requireFits(ONE, 2);
        assertThatThrownBy(() -> dataset.requireFits(new SampleShape(3, 32, 32), 2))
                .hasMessageContaining("1x1x1")
                .hasMessageContaining("32x32x3");
        assertThatThrownBy(() -> dataset.requireFits(ONE, 1)).hasMessageContaining("2 classes");
    }

    @Test
    void drawsTheSameSamplesForTheSameSeed() {
        Samples all = samples(new int[100]);
        assertThat(all.draw(200, 1)).isSameAs(all);
        assertThat(Samples.shuffled(100, 5)).isEqualTo(Samples.shuffled(100, 5)).isNotEqualTo(Samples.shuffled(100, 6));
        assertThat(all.draw(10, 1).size()).isEqualTo(10);
    }

    private static Dataset dataset(int... labels) {
        return new Dataset("00", List.of("a", "b"), samples(labels), samples(new int[] {0}));
    }

    private static Samples samples(int[] labels) {
        return new ByteSamples(ONE, new byte[labels.length][1], labels);
    }
}
