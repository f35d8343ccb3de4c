package io.espalier.pruning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class InputContractTest {
    private static final SampleShape TWO_PIXELS = new SampleShape(3, 1, 2);
    private static final Samples SAMPLES =
            new ByteSamples(TWO_PIXELS, new byte[][] {{0, (byte) 255, 10, 20, 30, 40}}, new int[] {0});

    @Test
    void passesRawValuesOn() {
        assertThat(written(InputContract.RAW, Layout.NCHW)).containsExactly(0, 255, 10, 20, 30, 40);
    }

    @Test
    void scalesThenSubtractsTheMeanThenDividesByStd() {
        InputContract contract = new InputContract(1 / 255.0, List.of(0.5, 0.0, 0.1), List.of(0.5, 1.0, 2.0));
        float[] values = written(contract, Layout.NCHW);
        assertThat(values[0]).isCloseTo(-1f, within(1e-6f));
        assertThat(values[1]).isCloseTo(1f, within(1e-6f));
        assertThat(values[2]).isCloseTo(10 / 255f, within(1e-6f));
        assertThat(values[5]).isCloseTo((40 / 255f - 0.1f) / 2, within(1e-6f));
    }

    @Test
    void interleavesChannelsForChannelsLast() {
        assertThat(written(InputContract.RAW, Layout.NHWC)).containsExactly(0, 10, 30, 255, 20, 40);
    }

    @Test
    void refusesImpossibleNumbers() {
        assertThatThrownBy(() -> new InputContract(0, List.of(), List.of())).hasMessageContaining("scale");
        assertThatThrownBy(() -> new InputContract(1, List.of(Double.NaN), List.of()))
                .hasMessageContaining("mean");
        assertThatThrownBy(() -> new InputContract(1, List.of(), List.of(0.0))).hasMessageContaining("std");
        assertThatThrownBy(() -> new InputContract(1, List.of(1.0, 2.0), List.of()).requireFits(TWO_PIXELS))
                .hasMessageContaining("3 channels");
    }

    private static float[] written(InputContract contract, Layout layout) {
        float[] values = new float[6];
        contract.write(SAMPLES, 0, layout, values, 0);
        return values;
    }
}
