package io.espalier.controller.deployment.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.ProbeTiming;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device says it measured is kept and planned with, so it must be numbers. */
class MeasuredNumbersTest {
    private static final DeviceId DEVICE = new DeviceId("camera");

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1})
    void ofAProfileAreRefusedWhereTheyAreNone(double number) {
        assertThatThrownBy(() -> ProfileMessages.decode(DEVICE, profile(10, number)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("its 95th percentile of probe conv is " + number);
        assertThatThrownBy(() -> ProfileMessages.decode(DEVICE, profile(number, 11)))
                .hasMessage("its median of probe conv is " + number);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void ofATrialAreRefusedWhereTheyAreNone(double number) {
        assertThatThrownBy(() -> ReportCodec.decode(DEVICE, report(number)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("its trial's p95 is " + number);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1})
    void ofProgressAreRefusedWhereTheyAreNone(double number) {
        byte[] report = Reported.newBuilder()
                .setDeviceId(DEVICE.value())
                .setProgress(number)
                .build()
                .toByteArray();

        assertThatThrownBy(() -> ReportCodec.decode(DEVICE, report))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("its progress is " + number);
    }

    @Test
    void areReadWhereTheyAreNumbers() throws InvalidProtocolBufferException {
        assertThat(ProfileMessages.decode(DEVICE, profile(10, 11)).timings()).hasSize(1);
        assertThat(ReportCodec.decode(DEVICE, report(12)).trial()).isNotNull();
    }

    private static byte[] profile(double medianMicros, double p95Micros) {
        return DeviceProfile.newBuilder()
                .setDeviceId(DEVICE.value())
                .setSuiteDigest("ab".repeat(32))
                .addTimings(ProbeTiming.newBuilder()
                        .setProbe("conv")
                        .setMedianMicros(medianMicros)
                        .setP95Micros(p95Micros)
                        .setSamples(100))
                .build()
                .toByteArray();
    }

    private static byte[] report(double p95Micros) {
        return Reported.newBuilder()
                .setDeviceId(DEVICE.value())
                .setTrial(TrialReport.newBuilder()
                        .setDeploymentId("d-1")
                        .setOutcome(TrialReport.Outcome.OUTCOME_ACCEPTED)
                        .setSamples(100)
                        .setP95Micros(p95Micros))
                .build()
                .toByteArray();
    }
}
