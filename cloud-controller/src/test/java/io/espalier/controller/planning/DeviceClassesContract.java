package io.espalier.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.profile.DeviceProfile;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every implementation of {@link DeviceClasses} must do; its classes may hold devices of earlier tests. */
public abstract class DeviceClassesContract {
    protected abstract DeviceClasses classes();

    @Test
    void devicesThatDifferByNoiseShare() {
        DeviceClass first = classes().classOf(profile("noise", "avx2", 1, 1));

        assertThat(classes().classOf(profile("noise", "avx2", 1, 1))).isEqualTo(first);
        assertThat(classes().classOf(profile("noise", "avx2", 1, 1.03))).isEqualTo(first);
    }

    @Test
    void slowerDevicesDoNotShare() {
        assertThat(classes().classOf(profile("slow", "avx2", 1, 1.2)))
                .isNotEqualTo(classes().classOf(profile("slow", "avx2", 1, 1)));
    }

    @Test
    void threadsAndProcessorsTellDevicesApart() {
        DeviceClass first = classes().classOf(profile("kind", "avx2", 1, 1));

        assertThat(classes().classOf(profile("kind", "avx2", 2, 1))).isNotEqualTo(first);
        assertThat(classes().classOf(profile("kind", "neon", 1, 1))).isNotEqualTo(first);
    }

    @Test
    void joinsTheNearestAndNeverDrifts() {
        DeviceClass first = classes().classOf(profile("drift", "avx2", 1, 1));
        assertThat(classes().classOf(profile("drift", "avx2", 1, Math.exp(0.04))))
                .isEqualTo(first);
        DeviceClass second = classes().classOf(profile("drift", "avx2", 1, Math.exp(0.08)));

        assertThat(second).isNotEqualTo(first);
        assertThat(classes().classOf(profile("drift", "avx2", 1, Math.exp(0.045))))
                .isEqualTo(second);
        assertThat(classes().classOf(profile("drift", "avx2", 1, Math.exp(0.035))))
                .isEqualTo(first);
    }

    @Test
    void probesThatCouldNotBeTimedAreLeftOut() {
        DeviceClass first = classes().classOf(profile("failed", "avx2", 1, 1));
        DeviceProfile all = profile("failed", "avx2", 1, 1);
        List<DeviceProfile.ProbeTiming> timings = new ArrayList<>(all.timings());
        timings.set(0, new DeviceProfile.ProbeTiming(timings.get(0).probe(), 0, 0, 0, 0, "no memory"));

        assertThat(classes()
                        .classOf(new DeviceProfile(
                                all.device(),
                                all.suiteDigest(),
                                1,
                                1,
                                Instant.EPOCH,
                                all.hardware(),
                                all.runtime(),
                                timings)))
                .isEqualTo(first);
    }

    /** @param family keeps the devices of each test to themselves */
    private static DeviceProfile profile(String family, String isa, int threads, double slowness) {
        List<DeviceProfile.ProbeTiming> timings = new ArrayList<>();
        for (double micros : new double[] {2, 5, 10, 20, 40}) {
            timings.add(new DeviceProfile.ProbeTiming(
                    "probe-" + micros, micros * slowness, micros * slowness * 1.1, 100, 0, ""));
        }
        return new DeviceProfile(
                new DeviceId("d"),
                "suite",
                1,
                1,
                Instant.EPOCH,
                new DeviceProfile.Hardware("linux", "amd64-" + family, "cpu", 2, List.of(isa), 1, 1, false, 1),
                new DeviceProfile.RuntimeKey("onnxruntime", "1.29.0", threads, "all"),
                timings);
    }
}
