package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTimesTest {
    private static final ChannelStep STEP = new ChannelStep(4, 16);

    @Test
    void learnsWhatSingleCallsTakeFromSumsAlone() {
        KernelTimes times = learn(observations(-1));

        assertThat(times.floorMicros() + times.micros(convolution(48, 8)))
                .isCloseTo(5 + micros(convolution(48, 8)), within(1.0));
    }

    @Test
    void aCallCostsMoreWhereTheModelsOwnNetworksSaySo() {
        List<Observation> observations = observations(-1);
        KernelTimes general = learn(observations);
        for (int width : new int[] {16, 32, 48, 64}) {
            KernelCall call = convolution(width, 8);
            observations.add(new Observation(List.of(call, call), 5 + 2.4 * micros(call), 0, true));
        }
        KernelTimes own = learn(observations);

        assertThat(own.micros(convolution(40, 8)) / general.micros(convolution(40, 8)))
                .isBetween(1.1, 1.25);
    }

    @Test
    void doesNotBelieveWhatAllOthersContradict() {
        double without = learn(observations(-1)).micros(convolution(64, 8));

        assertThat(learn(observations(7)).micros(convolution(64, 8)) / without).isBetween(0.93, 1.07);
    }

    @Test
    void leavesOneOut() {
        assertThat(learn(observations(-1)).leaveOneOut()).hasSize(12).containsExactly(new double[12], within(0.1));
    }

    @Test
    void noCallIsEverFree() {
        assertThat(learn(observations(-1)).micros(convolution(1, 1))).isPositive();
        assertThat(learn(observations(-1))
                        .micros(new KernelCall(KernelCall.Kind.PLAIN_DEPTHWISE, 1, 18, 9, 64, 64, 8, 1, true, false)))
                .isPositive();
    }

    private static KernelTimes learn(List<Observation> observations) {
        return KernelTimes.learn(KernelRates.fit(observations, STEP), observations);
    }

    /** Twelve networks of two or three convolutions; the wild one took four times as long. */
    private static List<Observation> observations(int wild) {
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            List<KernelCall> calls = new ArrayList<>();
            for (int layer = 0; layer < 2 + i % 2; layer++) {
                calls.add(convolution(16 * (1 + (i + layer) % 4), 8));
            }
            double micros =
                    5 + calls.stream().mapToDouble(KernelTimesTest::micros).sum();
            observations.add(new Observation(calls, i == wild ? 4 * micros : micros, 0.002, false));
        }
        return observations;
    }

    private static KernelCall convolution(int width, int side) {
        return new KernelCall(
                KernelCall.Kind.SPATIAL, width, width, 9, (long) side * side, (long) side * side, side, 1, true, false);
    }

    private static double micros(KernelCall call) {
        return 0.5 + call.work() / 40_000.0 + 1e-3 * call.written();
    }
}
