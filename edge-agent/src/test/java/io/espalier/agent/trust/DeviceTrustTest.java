package io.espalier.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.espalier.agent.state.PowerCut;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyAuthority;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Desired;
import io.espalier.trust.Role;
import io.espalier.trust.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was learned is on disk before it counts; {@code AttackTest} has what is refused. */
class DeviceTrustTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    private static final byte[] MANIFEST = "a manifest".getBytes(StandardCharsets.UTF_8);
    private static final Sha256 ARTIFACT = Sha256.of(MANIFEST);

    @TempDir
    Path folder;

    private final ToyAuthority authority = new ToyAuthority(NOW);
    private final byte[] stolen = authority.release(MANIFEST); // Signed with the first of its keys.

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

    @Test
    void doesNotForgetARevokedKeyWhereItsFileCannotBeRead() throws Exception {
        byte[] given = learnThatTheReleaseKeyIsRevoked();
        Path aside = folder.resolve("aside");
        Files.move(file(), aside);
        Files.createDirectory(file());

        DeviceTrust trust = open(Steps.UNWATCHED);

        assertThatIOException().isThrownBy(() -> trust.begin(given));
        assertThat(trust.vouch(authority.release(MANIFEST))).isInstanceOf(Verdict.Verified.class);
        assertThat(trust.accept(stolen, ARTIFACT, 0)).isInstanceOf(Verdict.Rejected.class);
        assertThatIOException()
                .isThrownBy(() -> trust.accept(authority.release(MANIFEST), ARTIFACT, 0))
                .withMessageContaining("cannot be read");
        assertThat(file()).isEmptyDirectory();

        Files.delete(file());
        Files.move(aside, file());
        trust.begin(given);
        assertThat(trust.nextRoot()).isEqualTo(3);
        assertThat(trust.accept(stolen, ARTIFACT, 0)).isInstanceOf(Verdict.Rejected.class);
        assertThat(trust.accept(authority.release(MANIFEST), ARTIFACT, 0)).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void vouchesByWhatEnrolmentGaveAndLearnsNothingWhereNeitherFileCanBeRead() throws Exception {
        Files.createDirectory(file());
        Files.createDirectory(second());
        DeviceTrust trust = open(Steps.UNWATCHED);

        assertThatIOException().isThrownBy(() -> trust.begin(authority.trust()));

        assertThat(trust.vouch(stolen)).isInstanceOf(Verdict.Verified.class);
        assertThatIOException().isThrownBy(() -> trust.accept(assignment(1)));
        assertThat(file()).isEmptyDirectory();
    }

    @Test
    void goesOnWithTheSecondFileWhereTheFirstIsDamagedOrGone() throws Exception {
        byte[] given = learnThatTheReleaseKeyIsRevoked();
        Files.write(file(), new byte[] {1, 2, 3});

        DeviceTrust trust = open(Steps.UNWATCHED);
        trust.begin(given);

        assertThat(trust.nextRoot()).isEqualTo(3);
        assertThat(trust.accept(stolen, ARTIFACT, 0)).isInstanceOf(Verdict.Rejected.class);
        Files.delete(file());
        assertThat(open(Steps.UNWATCHED).nextRoot()).isEqualTo(3);
        assertThat(trust.accept(assignment(1))).isInstanceOf(Verdict.Verified.class);
        Files.delete(second());
        assertThat(open(Steps.UNWATCHED).nextRoot()).isEqualTo(3);
    }

    @Test
    void waitsForASecondFileThatCannotBeReadWhereTheFirstIsDamaged() throws Exception {
        byte[] given = learnThatTheReleaseKeyIsRevoked();
        Files.write(file(), new byte[] {1, 2, 3});
        Path aside = folder.resolve("aside");
        Files.move(second(), aside);
        Files.createDirectory(second());
        DeviceTrust trust = open(Steps.UNWATCHED);

        assertThatIOException().isThrownBy(() -> trust.begin(given));

        Files.delete(second());
        Files.move(aside, second());
        trust.begin(given);
        assertThat(trust.nextRoot()).isEqualTo(3);
    }

    /** Answers what enrolment gave before that. */
    private byte[] learnThatTheReleaseKeyIsRevoked() throws Exception {
        byte[] given = authority.trust();
        DeviceTrust trust = open(Steps.UNWATCHED);
        trust.begin(given);
        assertThat(trust.accept(stolen, ARTIFACT, 0)).isInstanceOf(Verdict.Verified.class);
        assertThat(trust.follow(authority.rotate(Role.RELEASE))).isEmpty();
        return given;
    }

    private Path file() {
        return folder.resolve("trust.pb");
    }

    private Path second() {
        return folder.resolve("trust.pb.last");
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
