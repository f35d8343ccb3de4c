package io.espalier.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void movesADeploymentForwardOnly() {
        assertThat(report(1, 1, Report.Phase.FETCHING).moves(new DeploymentState.Assigned()))
                .isInstanceOf(DeploymentState.Fetching.class);
        assertThat(report(1, 1, Report.Phase.TRYING).moves(new DeploymentState.Fetching()))
                .isInstanceOf(DeploymentState.Trying.class);
        assertThat(report(1, 1, Report.Phase.FETCHING).moves(new DeploymentState.Trying()))
                .isInstanceOf(DeploymentState.Trying.class);
        assertThat(report(1, 1, Report.Phase.TRYING).moves(new DeploymentState.Superseded()))
                .isInstanceOf(DeploymentState.Superseded.class);
    }

    @Test
    void aReinstalledDeviceIsHeardAgain() {
        assertThat(report(2, 1, Report.Phase.IDLE).laterThan(1, 99)).isTrue();
        assertThat(report(1, 99, Report.Phase.IDLE).laterThan(2, 1)).isFalse();
        assertThat(report(2, 1, Report.Phase.IDLE).laterThan(2, 1)).isFalse();
    }

    private static Report report(long epoch, long sequence, Report.Phase phase) {
        return new Report(
                new DeviceId("d"), epoch, sequence, Instant.EPOCH, "1", 1, phase, null, null, null, 0, "", null);
    }
}
