package io.espalier.controller.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProbeTimingTest {
    @Test
    void aFewDisturbedSamplesDoNotRaiseTheFloor() {
        assertThat(timing(100, 1170, 0.02).undisturbedP95Micros()).isCloseTo(104.9, within(0.1));
    }

    @Test
    void neverExceedsWhatWasMeasured() {
        assertThat(timing(100, 103, 0.02).undisturbedP95Micros()).isEqualTo(103);
        assertThat(timing(100, 100, 0).undisturbedP95Micros()).isEqualTo(100);
    }

    private static DeviceProfile.ProbeTiming timing(double median, double p95, double noise) {
        return new DeviceProfile.ProbeTiming("floor", median, p95, 40, noise, "");
    }
}
