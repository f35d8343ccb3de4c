package io.espalier.controller.planning.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.planning.Correction;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PruneRequestsTest {
    private static final DeviceProfile.RuntimeKey RUNTIME =
            new DeviceProfile.RuntimeKey("onnxruntime", "1.29.0", 1, "all");

    @Test
    void tellTheWorkerWhatTheDeviceComputesIntegersWith() {
        Map<String, Object> device = PruneRequests.device(measured("avx2", "avx512_vnni"), Correction.NONE);

        assertThat(device).containsEntry("isa", List.of("avx2", "avx512_vnni"));
    }

    @Test
    void leaveOutProbesThatCouldNotBeTimed() {
        Map<String, Object> device = PruneRequests.device(measured("avx2"), Correction.NONE);

        assertThat(device.get("baseTimings"))
                .isEqualTo(List.of(Map.of(
                        "probe", "conv", "medianMicros", 10.0, "p95Micros", 11.0, "samples", 100, "noise", 0.01)));
    }

    private static DeviceMeasurements.Measured measured(String... isaFlags) {
        return new DeviceMeasurements.Measured(profile("base", isaFlags), profile("own", isaFlags), trial());
    }

    private static DeviceProfile profile(String suite, String... isaFlags) {
        return new DeviceProfile(
                new DeviceId("camera"),
                suite,
                1,
                1,
                Instant.EPOCH,
                new DeviceProfile.Hardware("linux", "amd64", "cpu", 1, List.of(isaFlags), 1, 1, false, 1),
                RUNTIME,
                List.of(
                        new DeviceProfile.ProbeTiming("conv", 10, 11, 100, 0.01, ""),
                        new DeviceProfile.ProbeTiming("gemm", 0, 0, 0, 0, "out of memory")));
    }

    private static Trial trial() {
        return new Trial(TrialOutcome.ACCEPTED, 500, 20, 22, 21, 23, "", RUNTIME.word());
    }
}
