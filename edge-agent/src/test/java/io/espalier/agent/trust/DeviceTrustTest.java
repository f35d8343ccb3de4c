package io.espalier.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.state.PowerCut;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyAuthority;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Desired;
import io.espalier.trust.Role;
import io.espalier.trust.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was learned is on disk before it counts; {@code AttackTest} has what is refused. */
class DeviceTrustTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ToyAuthority authority = new ToyAuthority(NOW);

    @Test
    void knowsTheOldRootOrTheNewOneWhereverThePowerIsCut() throws Exception {
        open(Steps.UNWATCHED).begin(authority.trust());
        authority.rotate(Role.RELEASE);
        int cuts = 0;
        boolean done = false;
        while (!done) {
            try {
                DeviceTrust trust = open(new PowerCut(cuts));
                done = trust.nextRoot() == 3 || trust.follow(authority.root(2)).isEmpty();
            } catch (PowerCut.Dark e) {
                assertThat(open(Steps.UNWATCHED).nextRoot())
                        .as("%s", e.getMessage())
                        .isIn(2L, 3L);
                cuts++;
            }
        }
        assertThat(cuts).isGreaterThan(2);
        assertThat(open(Steps.UNWATCHED).nextRoot()).isEqualTo(3);
    }

    @Test
    void refusesAfterARestartWhatWasReplacedBefore() throws Exception {
        DeviceTrust trust = open(Steps.UNWATCHED);
        trust.begin(authority.trust());
        byte[] older = assignment(1);
        assertThat(trust.accept(assignment(2))).isInstanceOf(Verdict.Verified.class);

        assertThat(open(Steps.UNWATCHED).accept(older)).isInstanceOf(Verdict.Rejected.class);
        assertThat(open(Steps.UNWATCHED).accept(assignment(2))).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void beginsWithWhatEnrolmentGaveOnlyOnce() throws Exception {
        DeviceTrust trust = open(Steps.UNWATCHED);
        trust.begin(authority.trust());

        trust.begin(new ToyAuthority(NOW).trust());

        assertThat(open(Steps.UNWATCHED).accept(assignment(1))).isInstanceOf(Verdict.Verified.class);
    }

    private byte[] assignment(long sequence) {
        return authority.assignment(
                Desired.newBuilder().setDeviceId("d").setVersion(sequence).build());
    }

    private DeviceTrust open(Steps steps) throws Exception {
        return DeviceTrust.open(
                DEVICE,
                folder.resolve("trust.pb"),
                steps,
                ToyTrust.time(new ManualClock(NOW.toEpochMilli())),
                ToyTrust.CLASS);
    }
}
