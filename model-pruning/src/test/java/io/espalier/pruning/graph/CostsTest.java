package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CostsTest {
    @Test
    void countsTheSourceNetwork() {
        Costs costs = Costs.of(ReferenceNetworks.sourceCnn(1));

        assertThat(costs.parameters()).isEqualTo(93_322);
        assertThat(costs.macs()).isEqualTo(194_688 + 2_230_272 + 331_776 + 36_864 + 640);
        assertThat(costs.weightBytes()).isEqualTo(93_322 * 4);
    }

    @Test
    void findsThePeakByLiveness() {
        // The first ReLU reads and writes 32x26x26 floats while nothing else is alive.
        assertThat(Costs.of(ReferenceNetworks.sourceCnn(1)).peakActivationBytes())
                .isEqualTo(2 * 32 * 26 * 26 * 4);
    }
}
