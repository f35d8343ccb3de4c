package io.espalier.pruning.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.latency.Timing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceClassesTest {
    private static final String KIND = "onnxruntime/1/1/all|amd64";
    private static final double[] TIMES = {2, 5, 10, 20, 40};

    @Test
    void measuresTheDistanceInLogarithms() {
        Likeness likeness = Likeness.of(timings(0, 1, 1, 1, 1, 1), timings(0, 1.02, 0.96, 1, 1.1, 1.03));

        // |ln| of 1, 1.02, 1.03, 0.96 and 1.1.
        assertThat(likeness.median()).isCloseTo(0.0296, within(1e-4));
        assertThat(likeness.largest()).isCloseTo(0.0953, within(1e-4));
    }

    @Test
    void takesOffWhatNoiseExplains() {
        // Both medians deviate by 1.86 x 0.05 / 10; three times the root of both squares is 0.0395.
        Likeness likeness = Likeness.of(timings(0.05, 1, 1, 1, 1, 1), timings(0.05, 1.02, 0.96, 1, 1.1, 1.03));

        assertThat(likeness.median()).isZero();
        assertThat(likeness.largest()).isCloseTo(0.0953 - 0.0395, within(1e-4));
    }

    @Test
    void sharesWhatDiffersByLittleOnly() {
        assertThat(one(1, 1, 1, 1, 1)).isTrue();
        assertThat(one(1.05, 1.05, 1.05, 1.05, 1.05)).isTrue();
        assertThat(one(1.06, 1.06, 1.06, 1.06, 1.06)).isFalse();
        assertThat(one(1, 1, 1, 1, 1.2)).isTrue();
        assertThat(one(1, 1, 1, 1, 1.25)).isFalse();
    }

    @Test
    void aDeviceThatIsSlowerThroughoutIsAnother() {
        assertThat(one(4, 4, 4, 4, 4)).isFalse();
    }

    @Test
    void devicesOfDifferentKindsNeverShare() {
        DeviceClasses classes = new DeviceClasses();

        assertThat(classes.classOf(KIND, timings(0, 1, 1, 1, 1, 1))).isZero();
        assertThat(classes.classOf("onnxruntime/1/2/all|amd64", timings(0, 1, 1, 1, 1, 1)))
                .isEqualTo(1);
        assertThat(classes.classOf(KIND, timings(0, 1.01, 1.01, 1.01, 1.01, 1.01)))
                .isZero();
    }

    @Test
    void joinsTheNearestAndNeverDrifts() {
        DeviceClasses classes = new DeviceClasses();
        for (int step = 0; step <= 3; step++) {
            classes.classOf(KIND, uniform(Math.exp(0.03 * step)));
        }

        // 0.00 begins a class that 0.03 joins; 0.06 is too far from 0.00 and begins another, which 0.09 joins.
        assertThat(classes.size()).isEqualTo(2);
        assertThat(classes.classOf(KIND, uniform(Math.exp(0.035)))).isEqualTo(1);
        assertThat(classes.classOf(KIND, uniform(Math.exp(0.025)))).isZero();
    }

    @Test
    void findsClassesAcrossStepsOfPace() {
        for (double pace = 0.1; pace < 1000; pace *= 1.07) {
            DeviceClasses classes = new DeviceClasses();
            classes.classOf(KIND, uniform(pace));
            assertThat(classes.classOf(KIND, uniform(pace * 1.04))).isZero();
        }
    }

    @Test
    void devicesWithoutACommonProbeAreNotAlike() {
        assertThat(Likeness.of(List.of(new Timing("a", 1, 1, 100, 0)), List.of(new Timing("b", 1, 1, 100, 0)))
                        .isOneClass())
                .isFalse();
    }

    private static boolean one(double... factors) {
        DeviceClasses classes = new DeviceClasses();
        classes.classOf(KIND, uniform(1));
        return classes.classOf(KIND, timings(0, factors)) == 0;
    }

    private static List<Timing> uniform(double factor) {
        return timings(0, factor, factor, factor, factor, factor);
    }

    private static List<Timing> timings(double noise, double... factors) {
        List<Timing> timings = new ArrayList<>();
        for (int i = 0; i < factors.length; i++) {
            double median = TIMES[i] * factors[i];
            timings.add(new Timing("probe-" + i, median, median * 1.1, 100, noise));
        }
        return timings;
    }
}
