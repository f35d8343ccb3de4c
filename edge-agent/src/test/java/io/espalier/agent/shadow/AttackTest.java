package io.espalier.agent.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.BrokerlessFetcher;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyArtifactServer;
import io.espalier.agent.toys.ToyAuthority;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToyTrust;
import io.espalier.agent.trial.Preflight;
import io.espalier.agent.trial.Trial;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.ModelAssignment;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.ReleaseCounter;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import io.espalier.signing.Signer;
import io.espalier.trust.Rejection.Reason;
import io.espalier.trust.Role;
import io.espalier.trust.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody between the controller and the device. Whatever is tried here, the device says why it does not follow, and the
 * model that served before serves on: at once, and after a restart from what is on disk.
 */
class AttackTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant START = Instant.parse("2026-12-01T00:00:00Z");
    private static final Duration TEN_YEARS = Duration.ofDays(3653);

    @TempDir
    Path folder;

    private final ToyAuthority authority = new ToyAuthority(START);
    private final ActiveModel active = new ActiveModel();
    private final ToyArtifact serving = ToyArtifact.model(1, 64);
    private final ToyArtifact next = ToyArtifact.model(2, 64);
    private ManualClock clock = new ManualClock(START.toEpochMilli());
    private ToyArtifactServer http;
    private TrustedTime time;
    private DeviceTrust trust;
    private Slots slots;
    private Deploying deploying;
    private Wish wish = new Wish();
    private Reporter reporter;
    private TrialReport lastTrial = TrialReport.getDefaultInstance();

    @BeforeEach
    void serveTheFirstModel() throws Exception {
        http = ToyArtifactServer.start();
        Files.createDirectory(folder.resolve("staging"));
        boot();
        trust.begin(authority.trust());
        hold(serving, release -> release.setVersion(5));
        assertThat(receive(assign("d1", 10, serving))).isEqualTo("switched");
    }

    /** Starts the agent's parts on what is on disk. */
    private void boot() throws Exception {
        time = new TrustedTime(
                BUILT,
                clock,
                () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos(),
                new SplittableRandom(1));
        trust = DeviceTrust.open(DEVICE, folder.resolve("trust.pb"), Steps.UNWATCHED, time, ToyTrust.CLASS);
        slots = new Slots(
                folder.resolve("slots"),
                folder.resolve("active"),
                folder.resolve("refused.pb"),
                Steps.UNWATCHED,
                trust::vouch);
        slots.candidates().stream().findFirst().ifPresent(slots::serves);
        wish = new Wish();
        reporter =
                new Reporter((channel, payload, retained) -> reported(payload), clock, Reported.getDefaultInstance());
        Spool spool = Spool.open(
                Files.createDirectories(folder.resolve("spool")),
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        deploying = new Deploying(
                slots,
                new Trial(
                        ToyRuntime.trueSpeed(),
                        new HostTurns(Optional.empty()),
                        staged -> new Preflight.Outlived(),
                        1e-3,
                        () -> {}),
                new TrialAttempts(folder.resolve("trying")),
                trust,
                active,
                new TelemetryRecorder(DEVICE, spool, clock),
                "");
    }

    @AfterEach
    void theModelThatServedServesOn() throws Exception {
        boolean expected = lastTrial.getOutcome() == Outcome.OUTCOME_ACCEPTED
                && lastTrial.getArtifactDigest().equals(next.digest().hex());
        ToyArtifact model = expected ? next : serving;
        assertThat(active.use(each -> each.artifactDigest()).orElseThrow())
                .isEqualTo(model.digest().hex());
        boot();
        assertThat(slots.candidates().get(0).artifactDigest()).isEqualTo(model.digest());
        active.close();
        http.close();
    }

    // ------------------------------------------------------------------------------------------------ signatures

    @Test
    void anUnsignedManifestIsRefused() throws Exception {
        hold(next, release -> release);
        http.put(next, "manifest", next.manifest());

        refuses(assign("d2", 11, next), Reason.UNSIGNED);
    }

    @Test
    void anUnsignedAssignmentIsRefused() throws Exception {
        refuses(desired("d2", 11, next).toByteArray(), Reason.UNSIGNED);
        refuses(
                Envelope.parseFrom(assign("d2", 11, next)).toBuilder()
                        .clearSignatures()
                        .build()
                        .toByteArray(),
                Reason.UNSIGNED);
    }

    @Test
    void anUnknownKeyIsRefused() throws Exception {
        ToyAuthority stranger = new ToyAuthority(START);
        refuses(stranger.assignment(desired("d2", 11, next)), Reason.UNKNOWN_KEY);

        hold(next, release -> release);
        http.put(next, "manifest", stranger.release(next.manifest()));
        refuses(assign("d2", 11, next), Reason.UNKNOWN_KEY);
    }

    @Test
    void aKeyOfAnotherRoleIsRefused() throws Exception {
        refuses(
                Signer.envelope(
                        Role.ASSIGNMENT,
                        authority
                                .unsignedAssignment(desired("d2", 11, next), same())
                                .toByteArray(),
                        List.of(authority.signer(Role.RELEASE))),
                Reason.UNKNOWN_KEY);
    }

    @Test
    void aRevokedKeyIsRefused() throws Exception {
        Signer stolen = authority.signer(Role.RELEASE);
        Signer fresh = Signer.draw();
        authority.follow(
                authority.draft().add(Role.RELEASE, fresh.publicKey()).revoke(stolen.keyId()),
                List.of(authority.signer(Role.ROOT)));
        follow(2);

        hold(next, release -> release.setVersion(6));

        assertThat(refuses(assign("d2", 11, next), Reason.REVOKED_KEY))
                .contains(stolen.keyId().substring(0, 12));
    }

    @Test
    void tooFewSignaturesAreRefused() throws Exception {
        Signer second = Signer.draw();
        askForTwoReleaseKeys(second);
        hold(next, release -> release.setVersion(6));

        assertThat(refuses(assign("d2", 11, next), Reason.THRESHOLD)).contains("1 good signature", "asks for 2");
    }

    @Test
    void oneSignatureCountedTwiceIsRefused() throws Exception {
        askForTwoReleaseKeys(Signer.draw());
        hold(next, release -> release.setVersion(6));
        Envelope once = Envelope.parseFrom(authority.release(next.manifest(), release -> release.setVersion(6)));

        http.put(
                next,
                "manifest",
                once.toBuilder().addSignatures(once.getSignatures(0)).build().toByteArray());

        refuses(assign("d2", 11, next), Reason.THRESHOLD);
    }

    @Test
    void theThresholdIsMetByDifferentKeys() throws Exception {
        Signer second = Signer.draw();
        askForTwoReleaseKeys(second);
        hold(next, release -> release);
        byte[] payload = authority
                .unsignedRelease(next.manifest(), release -> release.setVersion(6))
                .toByteArray();

        http.put(
                next,
                "manifest",
                Signer.envelope(Role.RELEASE, payload, List.of(authority.signer(Role.RELEASE), second)));

        assertThat(receive(assign("d2", 11, next))).isEqualTo("switched");
    }

    @Test
    void swappedBytesAreRefused() throws Exception {
        byte[] assignment = assign("d2", 11, next);
        byte[] swapped = assignment.clone();
        swapped[swapped.length / 3] ^= 1;
        assertThat(trust.accept(swapped)).isInstanceOf(Verdict.Rejected.class);

        Envelope envelope = Envelope.parseFrom(assignment);
        byte[] other =
                authority.unsignedAssignment(desired("d2", 12, next), same()).toByteArray();
        refuses(
                envelope.toBuilder()
                        .setPayload(ByteString.copyFrom(other))
                        .build()
                        .toByteArray(),
                Reason.BAD_SIGNATURE);

        hold(next, release -> release.setVersion(6));
        byte[] chunk = next.chunks().get(0).clone();
        chunk[7] ^= 1;
        http.put(next, "chunks/0", chunk);
        assertThat(receive(assign("d3", 13, next))).contains("never with the right digest");
        assertThat(lastTrial.getOutcome()).isEqualTo(Outcome.OUTCOME_CORRUPT);
    }

    @Test
    void aModelThatUnpacksToFarMoreThanItDeclaresIsRefused() throws Exception {
        ToyArtifact bomb = ToyArtifact.bomb();
        hold(bomb, release -> release.setVersion(6));

        assertThat(receive(assign("d2", 11, bomb))).contains("model.onnx is longer than the");
        assertThat(lastTrial.getOutcome()).isEqualTo(Outcome.OUTCOME_CORRUPT);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isLessThan(1 << 20);
        }
    }

    @Test
    void aFieldThatOccursTwiceIsRefused() throws Exception {
        Assignment assignment = authority.unsignedAssignment(desired("d2", 11, next), same());
        byte[] twice = assignment
                .toByteString()
                .concat(Assignment.newBuilder().setDeviceId("e").build().toByteString())
                .toByteArray();

        refuses(Signer.envelope(Role.ASSIGNMENT, twice, List.of(authority.signer(Role.ASSIGNMENT))), Reason.MALFORMED);
    }

    @Test
    void aDocumentOfAnotherKindIsRefused() throws Exception {
        refuses(authority.release(next.manifest()), Reason.MALFORMED);
    }

    // -------------------------------------------------------------------------------------------------- rollback

    @Test
    void anOlderVersionOfTheSameTargetIsRefused() throws Exception {
        hold(next, release -> release.setVersion(4));

        assertThat(refuses(assign("d2", 11, next), Reason.ROLLBACK)).contains("release 4", "older than release 5");
    }

    @Test
    void anOlderReleaseThanTheAssignmentMeansIsRefused() throws Exception {
        hold(next, release -> release.setVersion(6));

        refuses(
                authority.assignment(desired("d2", 11, next), assignment -> assignment.setReleaseVersion(7)),
                Reason.ROLLBACK);
    }

    @Test
    void aReplayedCommandIsRefused() throws Exception {
        hold(next, release -> release.setVersion(6));
        byte[] replaced = assign("d0", 9, next);

        assertThat(refuses(replaced, Reason.ROLLBACK)).contains("assignment 9 was replaced by assignment 10");
        boot();
        refuses(replaced, Reason.ROLLBACK);
    }

    @Test
    void whatWasReplacedIsRefusedAfterAReinstallToo() throws Exception {
        byte[] replaced = assign("d0", 9, next);
        Files.delete(folder.resolve("trust.pb"));
        Files.delete(folder.resolve("trust.pb.last"));
        boot();
        trust.begin(authority.trust(state -> state.setSequence(10)
                .addReleases(ReleaseCounter.newBuilder().setTarget("toy").setVersion(5))));

        refuses(replaced, Reason.ROLLBACK);
        hold(next, release -> release.setVersion(4));
        refuses(assign("d2", 11, next), Reason.ROLLBACK);
    }

    @Test
    void countersThatAThiefDroveUpAreForgottenWithHisKeys() throws Exception {
        hold(next, release -> release.setVersion(-1)); // The largest there is.
        receive(authority.assignment(
                desired("d2", -1, next).toBuilder()
                        .setModel(model("d2", next).setVariantDigest("0".repeat(64)))
                        .build(),
                assignment -> assignment
                        .setIssuedAtMillis(START.plus(TEN_YEARS).toEpochMilli())
                        .setExpiresAtMillis(
                                START.plus(TEN_YEARS).plusSeconds(60).toEpochMilli())));
        refuses(assign("d3", 12, next), Reason.ROLLBACK);

        authority.rotate(Role.ASSIGNMENT);
        authority.rotate(Role.RELEASE);
        follow(2);
        follow(3);
        hold(next, release -> release.setVersion(7));

        assertThat(receive(assign("d3", 12, next))).isEqualTo("switched");
    }

    @Test
    void whatWasSignedUnderFormerKeysIsRefusedThoughOneOfThemStayed() throws Exception {
        Signer second = Signer.draw();
        authority.follow(
                authority.draft().add(Role.ASSIGNMENT, second.publicKey()), List.of(authority.signer(Role.ROOT)));
        follow(2);
        byte[] before = assign("d2", 11, next);
        authority.follow(
                authority.draft().remove(Role.ASSIGNMENT, second.keyId()), List.of(authority.signer(Role.ROOT)));
        follow(3);

        refuses(before, Reason.OLD_GENERATION);
    }

    // ------------------------------------------------------------------------------------------------------ time

    @Test
    void anExpiredAssignmentIsRefused() throws Exception {
        hold(next, release -> release.setVersion(6));
        byte[] frozen = assign("d2", 11, next);
        clock.advance(ToyAuthority.ASSIGNMENT_LIFETIME);

        assertThat(refuses(frozen, Reason.EXPIRED)).contains("the assignment expired at 2026-12-02T00:00:00Z");
    }

    @Test
    void anAssignmentThatExpiresWhileItIsWorkedOnDoesNotSwitch() throws Exception {
        hold(next, release -> release.setVersion(6));
        Assignment order = accepted(assign("d2", 11, next));
        clock.advance(ToyAuthority.ASSIGNMENT_LIFETIME);

        assertThat(deploy(order)).contains("expired: the assignment expired");
    }

    @Test
    void anExpiredReleaseIsRefused() throws Exception {
        hold(next, release -> release.setVersion(6).setExpiresAtMillis(START.toEpochMilli()));

        assertThat(refuses(assign("d2", 11, next), Reason.EXPIRED)).contains("the release of artifact");
    }

    @Test
    void underAnExpiredRootNothingIsTakenUp() throws Exception {
        clock.advance(Duration.ofDays(3650));

        assertThat(refuses(
                        authority.assignment(
                                desired("d2", 11, next), assignment -> assignment.setExpiresAtMillis(Long.MAX_VALUE)),
                        Reason.EXPIRED))
                .contains("root 1 expired");
    }

    @Test
    void aClockTenYearsAheadIsSettledByANonce() throws Exception {
        clock = new ManualClock(START.plus(TEN_YEARS).toEpochMilli());
        boot();
        hold(next, release -> release.setVersion(6));
        refuses(assign("d2", 11, next), Reason.EXPIRED);

        String nonce = time.newNonce();

        assertThat(receive(authority.assignment(desired("d2", 11, next), assignment -> assignment.setNonce(nonce))))
                .isEqualTo("switched");
    }

    @Test
    void aClockTenYearsBehindIsSettledByANonce() throws Exception {
        clock = new ManualClock(START.minus(TEN_YEARS).toEpochMilli());
        boot();
        hold(next, release -> release.setVersion(6));
        assertThat(refuses(assign("d2", 11, next), Reason.CLOCK)).contains("behind 2026-12-01");

        String nonce = time.newNonce();

        assertThat(receive(authority.assignment(desired("d2", 11, next), assignment -> assignment.setNonce(nonce))))
                .isEqualTo("switched");
    }

    /** What it signed meanwhile does not keep out what it signs now. */
    @Test
    void aControllerThatWasMonthsAheadIsHeardAgain() throws Exception {
        hold(next, release -> release.setVersion(6));
        Instant ahead = START.plus(Duration.ofDays(200));
        String first = time.newNonce();
        accepted(authority.assignment(
                desired("d1", 10, serving),
                assignment -> assignment
                        .setNonce(first)
                        .setIssuedAtMillis(ahead.toEpochMilli())
                        .setExpiresAtMillis(ahead.plusSeconds(60).toEpochMilli())));
        assertThat(time.proven()).contains(ahead);

        time.doubt(START.plus(Duration.ofDays(90))); // As its certificate makes a device do.

        refuses(assign("d2", 11, next), Reason.CLOCK);
        String second = time.newNonce();
        assertThat(receive(authority.assignment(desired("d2", 11, next), assignment -> assignment.setNonce(second))))
                .isEqualTo("switched");
        assertThat(time.proven()).contains(START);
    }

    @Test
    void anAnswerToAnOldNonceProvesNothing() throws Exception {
        clock = new ManualClock(START.minus(TEN_YEARS).toEpochMilli());
        boot();
        String nonce = time.newNonce();
        byte[] answer = authority.assignment(desired("d2", 11, next), assignment -> assignment.setNonce(nonce));

        clock.advance(Duration.ofMinutes(6));
        refuses(answer, Reason.CLOCK);
        time.newNonce();
        refuses(answer, Reason.CLOCK);
    }

    @Test
    void afterSixMonthsInADrawerItStillServesAndRenews() throws Exception {
        byte[] frozen = assign("d2", 11, next);
        clock.advance(Duration.ofDays(182));
        boot();
        assertThat(slots.candidates().get(0).artifactDigest()).isEqualTo(serving.digest());
        refuses(frozen, Reason.EXPIRED);

        ToyAuthority today = authority;
        hold(
                next,
                release -> release.setVersion(6)
                        .setExpiresAtMillis(clock.instant().plusSeconds(60).toEpochMilli()));
        byte[] renewed = today.assignment(
                desired("d2", 11, next),
                assignment -> assignment
                        .setIssuedAtMillis(clock.millis())
                        .setExpiresAtMillis(clock.instant().plusSeconds(60).toEpochMilli()));

        assertThat(receive(renewed)).isEqualTo("switched");
    }

    // ------------------------------------------------------------------------------------------ wrong addressee

    @Test
    void filesOfTwoManifestsAreRefused() throws Exception {
        ToyArtifact other = ToyArtifact.model(3, 64);
        hold(next, release -> release.setVersion(6));
        http.put(next, "manifest", authority.release(other.manifest(), release -> release.setVersion(6)));
        refuses(assign("d2", 11, next), Reason.MIXED);

        hold(next, release -> release.setVersion(6));
        for (int i = 0; i < next.chunks().size(); i++) {
            http.put(next, "chunks/" + i, other.chunks().get(i));
        }
        assertThat(receive(assign("d2", 11, next))).contains("never with the right digest");
    }

    @Test
    void anArtifactForAnotherClassIsRefused() throws Exception {
        hold(next, release -> release.setVersion(6).addDeviceClasses("other64|Other CPU"));

        assertThat(refuses(assign("d2", 11, next), Reason.WRONG_CLASS)).contains("other64", ToyTrust.CLASS);
    }

    @Test
    void anAssignmentOfAnotherDeviceIsRefused() throws Exception {
        Desired others = desired("d2", 11, next).toBuilder().setDeviceId("e").build();

        assertThat(refuses(authority.assignment(others), Reason.WRONG_DEVICE)).contains("\"e\"", "\"d\"");
        refuses(
                authority.assignment(desired("d2", 11, next), assignment -> assignment.setDeviceId("e")),
                Reason.WRONG_DEVICE);
    }

    @Test
    void anAssignmentOfAnotherTenantIsRefused() throws Exception {
        refuses(
                authority.assignment(desired("d2", 11, next), assignment -> assignment.setTenant("other")),
                Reason.WRONG_TENANT);
    }

    // ------------------------------------------------------------------------------------------------- too much

    @Test
    void anEndlessDocumentIsRefusedUnread() throws Exception {
        refuses(new byte[Role.ASSIGNMENT.mostBytes() + 1], Reason.TOO_LARGE);
        assertThat(trust.follow(new byte[Role.ROOT.mostBytes() + 1])
                        .orElseThrow()
                        .reason())
                .isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void contentThatIsLongerThanDeclaredIsRefused() throws Exception {
        hold(next, release -> release.setVersion(6));
        http.put(next, "manifest", new byte[Role.RELEASE.mostBytes() + 1]);
        assertThat(receive(assign("d2", 11, next))).contains("more than the " + Role.RELEASE.mostBytes());

        hold(next, release -> release.setVersion(6));
        http.put(next, "chunks/0", new byte[1 << 16]);
        assertThat(receive(assign("d2", 11, next))).contains("more than the 64 bytes");
    }

    // ----------------------------------------------------------------------------------------------------- roots

    @Test
    void threeMissedRotationsAreFollowedStepByStep() throws Exception {
        authority.rotate(Role.ASSIGNMENT);
        authority.rotate(Role.ROOT);
        authority.rotate(Role.RELEASE);
        hold(next, release -> release.setVersion(6));
        refuses(assign("d2", 11, next), Reason.UNKNOWN_KEY);
        assertThat(trust.follow(authority.root(4)).orElseThrow().reason()).isEqualTo(Reason.ROOT_GAP);

        follow(2);
        follow(3);
        boot();
        assertThat(trust.nextRoot()).isEqualTo(4);
        follow(4);

        assertThat(receive(assign("d2", 11, next))).isEqualTo("switched");
    }

    @Test
    void aRootThatItsForerunnerDoesNotVouchForIsRefused() throws Exception {
        Signer thief = Signer.draw();
        byte[] stolen = authority.sign(
                authority
                        .draft()
                        .add(Role.ROOT, thief.publicKey())
                        .remove(Role.ROOT, authority.signer(Role.ROOT).keyId())
                        .build(START, TEN_YEARS),
                List.of(thief));

        assertThat(trust.follow(stolen).orElseThrow().reason()).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(trust.nextRoot()).isEqualTo(2);
    }

    @Test
    void aRootThatItsOwnKeysDoNotVouchForIsRefused() throws Exception {
        byte[] halfSigned = authority.sign(
                authority
                        .draft()
                        .add(Role.ROOT, Signer.draw().publicKey())
                        .threshold(Role.ROOT, 2)
                        .build(START, TEN_YEARS),
                List.of(authority.signer(Role.ROOT)));

        assertThat(trust.follow(halfSigned).orElseThrow().reason()).isEqualTo(Reason.THRESHOLD);
    }

    @Test
    void anOlderRootIsRefused() throws Exception {
        authority.rotate(Role.RELEASE);
        follow(2);

        assertThat(trust.follow(authority.root(1)).orElseThrow().reason()).isEqualTo(Reason.ROLLBACK);
    }

    @Test
    void aModelWhoseKeyWasRevokedServesOn() throws Exception {
        Signer stolen = authority.signer(Role.RELEASE);
        authority.follow(
                authority.draft().add(Role.RELEASE, Signer.draw().publicKey()).revoke(stolen.keyId()),
                List.of(authority.signer(Role.ROOT)));

        follow(2);
        boot();

        assertThat(slots.candidates()).extracting(StoredModel::artifactDigest).containsExactly(serving.digest());
    }

    @Test
    void aModelServesOnHoweverOftenKeysAreRotatedAfterIt() throws Exception {
        for (int version = 2; version <= 60; version++) {
            authority.rotate(Role.RELEASE);
            follow(version);
        }
        boot();

        assertThat(slots.candidates()).extracting(StoredModel::artifactDigest).containsExactly(serving.digest());
    }

    // ------------------------------------------------------------------------------------------------------ disk

    @Test
    void twoDamagedTrustFilesBeginAgainWithWhatEnrolmentGave() throws Exception {
        Files.write(folder.resolve("trust.pb"), new byte[] {1, 2, 3});
        Files.write(folder.resolve("trust.pb.last"), new byte[] {4, 5, 6});
        boot();
        refuses(assign("d2", 11, next), Reason.UNKNOWN_KEY);

        trust.begin(authority.trust());

        assertThat(slots.candidates()).hasSize(1);
    }

    @Test
    void aSlotThatWasChangedDuringTheTrialIsNotSwitchedTo() throws Exception {
        hold(next, release -> release.setVersion(6));
        Assignment order = accepted(assign("d2", 11, next));
        reporter = new Reporter(
                (channel, payload, retained) -> {
                    reported(payload);
                    spoilTheOtherSlot();
                },
                clock,
                Reported.getDefaultInstance());

        assertThat(deploy(order)).contains("was changed while its model was tried");
    }

    private void spoilTheOtherSlot() {
        try {
            Path golden = folder.resolve("slots/b/golden.pb");
            Path model = folder.resolve("slots/b/model.onnx");
            if (Files.exists(golden) && Files.exists(model) && Files.exists(folder.resolve("trying"))) {
                Files.write(golden, new byte[0]);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // --------------------------------------------------------------------------------------------------- helpers

    private void askForTwoReleaseKeys(Signer second) throws Exception {
        authority.follow(
                authority.draft().add(Role.RELEASE, second.publicKey()).threshold(Role.RELEASE, 2),
                List.of(authority.signer(Role.ROOT)));
        follow(2);
    }

    private void follow(int version) throws Exception {
        assertThat(trust.follow(authority.root(version))).isEmpty();
    }

    private void hold(ToyArtifact artifact, UnaryOperator<Release.Builder> change) {
        http.hold(artifact);
        http.put(artifact, "manifest", authority.release(artifact.manifest(), change));
    }

    private byte[] assign(String deployment, long sequence, ToyArtifact artifact) {
        return authority.assignment(desired(deployment, sequence, artifact));
    }

    private static Desired desired(String deployment, long sequence, ToyArtifact artifact) {
        return Desired.newBuilder()
                .setDeviceId("d")
                .setVersion(sequence)
                .setModel(model(deployment, artifact))
                .build();
    }

    private static ModelAssignment.Builder model(String deployment, ToyArtifact artifact) {
        return ModelAssignment.newBuilder()
                .setDeploymentId(deployment)
                .setArtifactDigest(artifact.digest().hex())
                .setTrialSamples(100)
                .setUnconditional(true);
    }

    private static UnaryOperator<Assignment.Builder> same() {
        return UnaryOperator.identity();
    }

    private Assignment accepted(byte[] assignment) throws Exception {
        return trust.accept(assignment).orThrow();
    }

    /** What the device says to this assignment; that it does not follow, and why. */
    private String refuses(byte[] assignment, Reason reason) throws Exception {
        String said = receive(assignment);
        assertThat(said)
                .startsWith(reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": ");
        return said;
    }

    /** "switched", or why not. */
    private String receive(byte[] assignment) throws Exception {
        Verdict<Assignment> verdict = trust.accept(assignment);
        if (verdict instanceof Verdict.Rejected<Assignment> rejected) {
            return rejected.rejection().toString();
        }
        return deploy(verdict.orThrow());
    }

    private String deploy(Assignment order) throws Exception {
        wish.offer(order);
        String obstacle = deploying.deploy(order, fetcher(), wish, reporter);
        if (lastTrial.getOutcome() == Outcome.OUTCOME_UNTRUSTED) {
            assertThat(lastTrial.getDetail()).isEqualTo(obstacle);
        }
        return obstacle.isEmpty()
                ? lastTrial.getOutcome() == Outcome.OUTCOME_ACCEPTED ? "switched" : lastTrial.getDetail()
                : obstacle;
    }

    private ArtifactFetcher fetcher() {
        return BrokerlessFetcher.of(http.url(), SecureContext.NONE, folder.resolve("staging"), trust::accept);
    }

    private void reported(byte[] payload) {
        try {
            Reported report = Reported.parseFrom(payload);
            if (report.hasTrial()) {
                lastTrial = report.getTrial();
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
