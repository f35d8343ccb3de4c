package io.espalier.trust;

import static io.espalier.trust.RejectedException.require;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.ReleaseCounter;
import io.espalier.proto.v1.TrustState;
import io.espalier.trust.Rejection.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a device believes: the roots it has followed, and the highest numbers it has seen under the present one. An
 * immutable value; what was learned is in the one that comes back.
 */
public final class TrustStore {
    /** A model that runs is vouched for by the root it came under: even with a rotation every month that is there for decades. */
    private static final int MOST_ROOTS_KEPT = 1024;

    private static final int MOST_TARGETS = 256;

    private final List<TrustedRoot> roots;
    private final Map<String, Long> releaseVersions;
    private final long sequence;
    private final Instant latestSigned;

    private TrustStore(
            List<TrustedRoot> roots, Map<String, Long> releaseVersions, long sequence, Instant latestSigned) {
        this.roots = List.copyOf(roots);
        this.releaseVersions = Map.copyOf(releaseVersions);
        this.sequence = sequence;
        this.latestSigned = latestSigned;
    }

    /** Reads what was handed over at enrolment or kept on disk; the chain of roots is checked again, step by step. */
    public static Verdict<TrustStore> parse(byte[] bytes) {
        return Verdict.of(() -> {
            TrustState state = message(bytes);
            require(state.getRootsCount() > 0, Reason.MALFORMED, "no root to begin with");
            List<TrustedRoot> roots = new ArrayList<>();
            for (ByteString envelope : state.getRootsList()) {
                byte[] each = envelope.toByteArray();
                roots.add((roots.isEmpty()
                                ? TrustedRoot.anchor(each)
                                : roots.get(roots.size() - 1).next(each))
                        .orThrow());
            }
            Map<String, Long> versions = new TreeMap<>();
            state.getReleasesList().forEach(counter -> versions.put(counter.getTarget(), counter.getVersion()));
            return new TrustStore(
                    roots, versions, state.getSequence(), Instant.ofEpochMilli(state.getLatestSignedMillis()));
        });
    }

    private static TrustState message(byte[] bytes) throws RejectedException {
        try {
            return TrustState.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedException(
                    new Rejection(Reason.MALFORMED, "this is not a device's trust: " + e.getMessage()));
        }
    }

    public byte[] toBytes() {
        TrustState.Builder state =
                TrustState.newBuilder().setSequence(sequence).setLatestSignedMillis(latestSigned.toEpochMilli());
        roots.forEach(root -> state.addRoots(ByteString.copyFrom(root.envelope())));
        new TreeMap<>(releaseVersions)
                .forEach((target, version) -> state.addReleases(
                        ReleaseCounter.newBuilder().setTarget(target).setVersion(version)));
        return state.build().toByteArray();
    }

    public TrustedRoot root() {
        return roots.get(roots.size() - 1);
    }

    /** The latest time that was ever signed for this device: it cannot be earlier now. */
    public Instant latestSigned() {
        return latestSigned;
    }

    /**
     * Takes the next root. A role that lost a key begins a new generation, and what was counted under the old keys is
     * forgotten: whoever stole one may have driven the counters, and the time, out of reach.
     */
    public Verdict<TrustStore> follow(byte[] envelope) {
        return Verdict.of(() -> {
            TrustedRoot next = root().next(envelope).orThrow();
            List<TrustedRoot> chain = new ArrayList<>(roots);
            chain.add(next);
            boolean releasesAnew = isNewGeneration(Role.RELEASE, next);
            boolean assignmentsAnew = isNewGeneration(Role.ASSIGNMENT, next);
            return new TrustStore(
                    chain.subList(Math.max(0, chain.size() - MOST_ROOTS_KEPT), chain.size()),
                    releasesAnew ? Map.of() : releaseVersions,
                    assignmentsAnew ? 0 : sequence,
                    assignmentsAnew ? next.issuedAt() : latestSigned);
        });
    }

    private boolean isNewGeneration(Role role, TrustedRoot next) {
        return next.role(role).generation() != root().role(role).generation();
    }

    /**
     * Whether a device of this class may take up the artifact now.
     *
     * @param leastVersion the release that the assignment means; 0 where it means none in particular
     */
    public Verdict<Release> judgeRelease(
            byte[] envelope, Sha256 artifact, String deviceClass, long leastVersion, Instant now) {
        return Verdict.of(() -> {
            require(
                    envelope.length > Role.RELEASE.mostBytes()
                            || !Sha256.of(envelope).equals(artifact),
                    Reason.UNSIGNED,
                    "the manifest of artifact " + artifact + " comes as it is, without a signature");
            SignedDocument document = SignedDocument.read(Role.RELEASE, envelope);
            document.requireSignaturesOf(root());
            Release release = document.payload(Release.parser());
            requireTenant(release.getTenant());
            requireGeneration(Role.RELEASE, release.getGeneration());
            requireArtifact(release, artifact);
            long seen = releaseVersions.getOrDefault(release.getTarget(), 0L);
            long least = Long.compareUnsigned(seen, leastVersion) > 0 ? seen : leastVersion;
            require(
                    Long.compareUnsigned(release.getVersion(), least) >= 0,
                    Reason.ROLLBACK,
                    "release " + Long.toUnsignedString(release.getVersion()) + " of artifact " + artifact
                            + " is older than release " + Long.toUnsignedString(least));
            requireRootStillGood(now);
            require(
                    now.isBefore(Instant.ofEpochMilli(release.getExpiresAtMillis())),
                    Reason.EXPIRED,
                    "the release of artifact " + artifact + " expired at "
                            + Instant.ofEpochMilli(release.getExpiresAtMillis()) + ", now it is " + now);
            require(
                    release.getDeviceClassesCount() == 0
                            || release.getDeviceClassesList().contains(deviceClass),
                    Reason.WRONG_CLASS,
                    "artifact " + artifact + " is for " + release.getDeviceClassesList() + ", this device is "
                            + deviceClass);
            return release;
        });
    }

    /** Counts a release that was believed. */
    public TrustStore having(Release release) {
        Map<String, Long> versions = new TreeMap<>(releaseVersions);
        versions.merge(release.getTarget(), release.getVersion(), (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
        if (versions.size() > MOST_TARGETS) {
            versions.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(release.getTarget()))
                    .min(Map.Entry.comparingByValue(Long::compareUnsigned))
                    .ifPresent(oldest -> versions.remove(oldest.getKey()));
        }
        return new TrustStore(roots, versions, sequence, latestSigned);
    }

    /**
     * Whether the device itself once had good reason to take this release: signed under any root it has followed. Says
     * nothing of expiry or of keys revoked since, for neither takes away what runs.
     */
    public Verdict<Release> vouch(byte[] envelope) {
        return Verdict.of(() -> {
            SignedDocument document = SignedDocument.read(Role.RELEASE, envelope);
            Release release = document.payload(Release.parser());
            requireTenant(release.getTenant());
            for (TrustedRoot former : roots.subList(0, roots.size() - 1)) {
                if (document.isSignedAsAskedBy(former)) {
                    return release;
                }
            }
            document.requireSignaturesOf(root());
            return release;
        });
    }

    /** The nonce that an assignment says it answers, before anything about it was verified; empty where it says none. */
    public static String claimedNonce(byte[] envelope) {
        try {
            return SignedDocument.read(Role.ASSIGNMENT, envelope)
                    .payload(Assignment.parser())
                    .getNonce();
        } catch (RejectedException e) {
            return ""; // The verification says why.
        }
    }

    /** How the device knows what time it is while it judges an assignment. */
    public record Moment(Instant now, boolean clockIsBelievable) {}

    /**
     * Whether the device should do what the assignment says. One that answers the device's fresh nonce was issued just
     * now, whatever the clock says.
     */
    public Verdict<Assignment> judgeAssignment(byte[] envelope, DeviceId device, boolean fresh, Moment moment) {
        return Verdict.of(() -> {
            require(
                    envelope.length > Role.ASSIGNMENT.mostBytes() || !isBareDesired(envelope, device),
                    Reason.UNSIGNED,
                    "the desired state comes as it is, without a signature");
            SignedDocument document = SignedDocument.read(Role.ASSIGNMENT, envelope);
            document.requireSignaturesOf(root());
            Assignment assignment = document.payload(Assignment.parser());
            requireTenant(assignment.getTenant());
            require(
                    assignment.getDeviceId().equals(device.value())
                            && assignment.getDesired().getDeviceId().equals(device.value()),
                    Reason.WRONG_DEVICE,
                    "the assignment is for device \"" + assignment.getDeviceId() + "\", this is \"" + device + "\"");
            requireGeneration(Role.ASSIGNMENT, assignment.getGeneration());
            long offered = assignment.getDesired().getVersion();
            require(
                    Long.compareUnsigned(offered, sequence) >= 0,
                    Reason.ROLLBACK,
                    "assignment " + Long.toUnsignedString(offered) + " was replaced by assignment "
                            + Long.toUnsignedString(sequence) + " before");
            Instant issued = Instant.ofEpochMilli(assignment.getIssuedAtMillis());
            Instant now = fresh ? issued : moment.now();
            require(
                    fresh || moment.clockIsBelievable(),
                    Reason.CLOCK,
                    "this device's clock is behind " + latestSigned
                            + ", so whether the assignment is still good is known once the controller answers its nonce");
            requireRootStillGood(now);
            requireUnexpired(assignment, now);
            return assignment;
        });
    }

    /** Whether an assignment that was believed before may still lead to a switch. */
    public Verdict<Assignment> stillGood(Assignment assignment, Instant now) {
        return Verdict.of(() -> {
            requireGeneration(Role.ASSIGNMENT, assignment.getGeneration());
            requireRootStillGood(now);
            requireUnexpired(assignment, now);
            return assignment;
        });
    }

    private static void requireUnexpired(Assignment assignment, Instant now) throws RejectedException {
        require(
                now.isBefore(Instant.ofEpochMilli(assignment.getExpiresAtMillis())),
                Reason.EXPIRED,
                "the assignment expired at " + Instant.ofEpochMilli(assignment.getExpiresAtMillis()) + ", now it is "
                        + now);
    }

    private static boolean isBareDesired(byte[] bytes, DeviceId device) {
        try {
            return Desired.parseFrom(bytes).getDeviceId().equals(device.value());
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    /** Counts an assignment that was believed. */
    public TrustStore having(Assignment assignment) {
        Instant issued = Instant.ofEpochMilli(assignment.getIssuedAtMillis());
        long offered = assignment.getDesired().getVersion();
        return new TrustStore(
                roots,
                releaseVersions,
                Long.compareUnsigned(offered, sequence) > 0 ? offered : sequence,
                issued.isAfter(latestSigned) ? issued : latestSigned);
    }

    private void requireRootStillGood(Instant now) throws RejectedException {
        require(
                now.isBefore(root().expiresAt()),
                Reason.EXPIRED,
                "root " + root().version() + " expired at " + root().expiresAt() + ", now it is " + now
                        + ": the operator has to publish a newer root");
    }

    private void requireTenant(String tenant) throws RejectedException {
        require(
                tenant.equals(root().tenant()),
                Reason.WRONG_TENANT,
                "it is for tenant \"" + tenant + "\", this device belongs to \"" + root().tenant() + "\"");
    }

    private void requireGeneration(Role role, long generation) throws RejectedException {
        long current = root().role(role).generation();
        require(
                generation == current,
                Reason.OLD_GENERATION,
                "it was made under generation " + Long.toUnsignedString(generation) + " of the " + role.label()
                        + " keys, root " + root().version() + " is at " + current);
    }

    private static void requireArtifact(Release release, Sha256 artifact) throws RejectedException {
        Sha256 released = Sha256.of(release.getManifest().toByteArray());
        require(
                released.equals(artifact),
                Reason.MIXED,
                "the release is of artifact " + released + ", wanted is " + artifact);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrustStore that && Arrays.equals(toBytes(), that.toBytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toBytes());
    }
}
