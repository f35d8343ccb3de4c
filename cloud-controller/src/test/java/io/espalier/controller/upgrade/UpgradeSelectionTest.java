package io.espalier.controller.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.AgentProgram;
import io.espalier.controller.deployment.DeviceStatus;
import io.espalier.controller.upgrade.UpgradeSelection.Candidate;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpgradeSelectionTest {
    private static final DeviceId DEVICE = new DeviceId("camera");
    private static final Sha256 DIGEST = Sha256.of(new byte[] {1});
    private static final Program PROGRAM = new Program(DIGEST, "2", "amd64", 1, DIGEST, Instant.EPOCH);
    private static final AgentProgram INSTALLED = new AgentProgram(null, null, "");

    @Test
    void letsADeviceWaitThatCanBecomeTheProgram() {
        assertThat(first(status("1", INSTALLED), "amd64", false).state()).isEqualTo(StepState.WAITING);
        assertThat(first(status("1", INSTALLED), null, false).state()).isEqualTo(StepState.WAITING);
        assertThat(first(status("1", INSTALLED), "amd64", false).versionBefore())
                .isEqualTo("1");
    }

    @Test
    void leavesOutWhoCannotAndSaysWhy() {
        assertLeftOut(first(null, null, false), "not reported yet");
        assertLeftOut(first(status(null, null), null, false), "not reported yet");
        assertLeftOut(first(status("1", null), "amd64", false), "STATE_DIRECTORY");
        assertLeftOut(first(status("1", INSTALLED), "aarch64", false), "for amd64, the device is aarch64");
        assertLeftOut(first(status("1", INSTALLED), "amd64", true), "another order");
        assertLeftOut(
                first(status("2", new AgentProgram(DIGEST, null, "")), "amd64", false), "runs this program already");
        assertLeftOut(first(status("1", new AgentProgram(null, DIGEST, "too new")), "amd64", false), "before: too new");
    }

    private static UpgradeStep first(@Nullable DeviceStatus status, @Nullable String arch, boolean busy) {
        return UpgradeSelection.first(PROGRAM, new Candidate(DEVICE, status, arch, busy), Instant.EPOCH);
    }

    private static DeviceStatus status(@Nullable String version, @Nullable AgentProgram program) {
        return new DeviceStatus(DEVICE, true, Instant.EPOCH, null, null, null, version, program);
    }

    private static void assertLeftOut(UpgradeStep step, String why) {
        assertThat(step.state()).isEqualTo(StepState.LEFT_OUT);
        assertThat(step.detail()).contains(why);
    }
}
