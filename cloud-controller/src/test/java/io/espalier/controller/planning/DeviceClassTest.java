package io.espalier.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.controller.profile.DeviceProfile;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceClassTest {
    @Test
    void devicesThatDifferByNoiseShare() {
        assertThat(DeviceClass.of(profile("a", 1), 950)).isEqualTo(DeviceClass.of(profile("b", 1), 965));
    }

    @Test
    void slowerDevicesDoNotShare() {
        assertThat(DeviceClass.of(profile("a", 1), 1000)).isNotEqualTo(DeviceClass.of(profile("a", 4), 1000));
        assertThat(DeviceClass.of(profile("a", 1), 1000)).isNotEqualTo(DeviceClass.of(profile("a", 1), 1500));
    }

    @Test
    void aCorrectionAsksForAnotherJob() {
        DeviceClass some = DeviceClass.of(profile("a", 1), 1000);

        assertThat(some.sharedKey("m", "r", "t", Correction.NONE))
                .isEqualTo(some.sharedKey("m", "r", "t", Correction.NONE))
                .isNotEqualTo(some.sharedKey("m", "r", "t", new Correction(1.2)));
    }

    @Test
    void stepsNeverExceedTheBudget() {
        assertThat(DeviceClass.step(712.9)).isEqualTo(712, within(1e-6));
        assertThat(DeviceClass.step(700)).isEqualTo(700, within(1e-6));
        assertThat(DeviceClass.step(12345)).isEqualTo(12300, within(1e-6));
    }

    private static DeviceProfile profile(String device, int slowdown) {
        return new DeviceProfile(
                new DeviceId(device),
                "suite",
                1,
                1,
                Instant.EPOCH,
                new DeviceProfile.Hardware("linux", "amd64", "cpu", 2, List.of("avx2"), 1, 1, false, slowdown),
                new DeviceProfile.RuntimeKey("onnxruntime", "1.29.0", 1, "all"),
                List.of());
    }
}
