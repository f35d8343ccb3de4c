package io.espalier.controller.deployment.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.planning.DeviceClass;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.fuzz.Fuzzing;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Hardware;
import io.espalier.proto.v1.ProbeTiming;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.RuntimeKey;
import io.espalier.proto.v1.TrialReport;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DeviceMessageFuzzTest {
    @Test
    void isReadOrPassedOver() throws IOException, InterruptedException {
        Fuzzing.of(DeviceMessages.class)
                .from(Reported.newBuilder()
                        .setDeviceId(DeviceMessages.DEVICE.value())
                        .setEpoch(1)
                        .setSequence(1)
                        .setTrial(TrialReport.newBuilder()
                                .setDeploymentId("d-1")
                                .setSamples(100)
                                .setP95Micros(12))
                        .build()
                        .toByteArray())
                .from(io.espalier.proto.v1.DeviceProfile.newBuilder()
                        .setDeviceId(DeviceMessages.DEVICE.value())
                        .setSuiteDigest("ab".repeat(32))
                        .setHardware(Hardware.newBuilder().setArch("amd64").addIsaFlags("avx2"))
                        .setRuntime(RuntimeKey.newBuilder().setRuntime("onnxruntime"))
                        .addTimings(ProbeTiming.newBuilder()
                                .setProbe("conv")
                                .setMedianMicros(10)
                                .setP95Micros(11)
                                .setSamples(100))
                        .build()
                        .toByteArray())
                .findsNothing();
    }

    /** As a report and as a profile; a profile that passes can be planned with. */
    public static final class DeviceMessages {
        private static final DeviceId DEVICE = new DeviceId("camera");

        private DeviceMessages() {}

        public static void fuzzerTestOneInput(byte[] payload) {
            try {
                ReportCodec.decode(DEVICE, payload);
            } catch (InvalidProtocolBufferException | IllegalArgumentException expected) {
                // The controller logs it and goes on.
            }
            DeviceProfile profile;
            try {
                profile = ProfileMessages.decode(DEVICE, payload);
            } catch (InvalidProtocolBufferException | IllegalArgumentException expected) {
                return;
            }
            DeviceClass.kind(profile);
            DeviceClass.timings(profile);
        }
    }
}
