package io.espalier.agent.toys;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.TrustRoot;
import io.espalier.proto.v1.TrustState;
import io.espalier.signing.RootDraft;
import io.espalier.signing.Signer;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The controller's keys and what it signs with them, good or bad as a test wants it. */
public final class ToyAuthority {
    public static final Duration ASSIGNMENT_LIFETIME = Duration.ofHours(24);
    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);
    private static final Duration RELEASE_LIFETIME = Duration.ofDays(180);

    /** Trusted wherever a test does not care: all it signs is good for a hundred years. */
    public static final ToyAuthority USUAL = new ToyAuthority(Instant.EPOCH, Duration.ofDays(36_500));

    private final Map<Role, Signer> signers = new EnumMap<>(Role.class);
    private final List<byte[]> roots = new ArrayList<>();
    private final Instant now;
    private final Duration documentLifetime;
    private TrustedRoot root;
    private UnknownFieldSet later = UnknownFieldSet.getDefaultInstance();

    public ToyAuthority(Instant now) {
        this(now, Duration.ZERO);
    }

    private ToyAuthority(Instant now, Duration documentLifetime) {
        this.now = now;
        this.documentLifetime = documentLifetime;
        RootDraft draft = RootDraft.first("default");
        for (Role role : Role.values()) {
            signers.put(role, Signer.draw());
            draft.add(role, signer(role).publicKey());
        }
        byte[] envelope = sign(draft.build(now, lifetime(ROOT_LIFETIME)), List.of(signer(Role.ROOT)));
        roots.add(envelope);
        root = believed(TrustedRoot.anchor(envelope));
    }

    private Duration lifetime(Duration usual) {
        return documentLifetime.isZero() ? usual : documentLifetime;
    }

    public Signer signer(Role role) {
        return Objects.requireNonNull(signers.get(role));
    }

    public TrustedRoot root() {
        return root;
    }

    /** Envelope of a version. */
    public byte[] root(int version) {
        return roots.get(version - 1);
    }

    /** What enrolment gives to a device. */
    public byte[] trust() {
        return trust(state -> {});
    }

    public byte[] trust(Consumer<TrustState.Builder> change) {
        TrustState.Builder state = TrustState.newBuilder()
                .addRoots(ByteString.copyFrom(root.envelope()))
                .setLatestSignedMillis(now.toEpochMilli());
        change.accept(state);
        return state.build().toByteArray();
    }

    public RootDraft draft() {
        return RootDraft.after(root);
    }

    /** From now on it says more in its documents than anybody knows today. */
    public void sayAlso(UnknownFieldSet fields) {
        later = fields;
    }

    /** Puts another key in the place of the role's. */
    public byte[] rotate(Role role) {
        Signer old = signer(role);
        Signer fresh = Signer.draw();
        signers.put(role, fresh);
        return follow(
                draft().add(role, fresh.publicKey()).remove(role, old.keyId()),
                role == Role.ROOT ? List.of(old, fresh) : List.of(signer(Role.ROOT)));
    }

    /** Makes the draft the newest root. */
    public byte[] follow(RootDraft draft, Collection<Signer> by) {
        TrustRoot next = draft.build(now, lifetime(ROOT_LIFETIME)).toBuilder()
                .setUnknownFields(later)
                .build();
        byte[] envelope = sign(next, by);
        root = believed(root.next(envelope));
        roots.add(envelope);
        return envelope;
    }

    /** A root that nobody need believe. */
    public byte[] sign(TrustRoot unsigned, Collection<Signer> by) {
        return Signer.envelope(Role.ROOT, unsigned.toByteArray(), by);
    }

    public byte[] release(byte[] manifest) {
        return release(manifest, release -> release);
    }

    public byte[] release(byte[] manifest, UnaryOperator<Release.Builder> change) {
        return Signer.envelope(
                Role.RELEASE, unsignedRelease(manifest, change).toByteArray(), List.of(signer(Role.RELEASE)));
    }

    public Release unsignedRelease(byte[] manifest, UnaryOperator<Release.Builder> change) {
        return change.apply(Release.newBuilder()
                        .setTenant("default")
                        .setGeneration(root.role(Role.RELEASE).generation())
                        .setTarget("toy")
                        .setVersion(1)
                        .setCreatedAtMillis(now.toEpochMilli())
                        .setExpiresAtMillis(now.plus(lifetime(RELEASE_LIFETIME)).toEpochMilli())
                        .setManifest(ByteString.copyFrom(manifest))
                        .setUnknownFields(later))
                .build();
    }

    public byte[] assignment(Desired desired) {
        return assignment(desired, assignment -> assignment);
    }

    public byte[] assignment(Desired desired, UnaryOperator<Assignment.Builder> change) {
        return Signer.envelope(
                Role.ASSIGNMENT, unsignedAssignment(desired, change).toByteArray(), List.of(signer(Role.ASSIGNMENT)));
    }

    public Assignment unsignedAssignment(Desired desired, UnaryOperator<Assignment.Builder> change) {
        return change.apply(Assignment.newBuilder()
                        .setTenant("default")
                        .setGeneration(root.role(Role.ASSIGNMENT).generation())
                        .setDeviceId(desired.getDeviceId())
                        .setIssuedAtMillis(now.toEpochMilli())
                        .setExpiresAtMillis(
                                now.plus(lifetime(ASSIGNMENT_LIFETIME)).toEpochMilli())
                        .setDesired(desired)
                        .setUnknownFields(later))
                .build();
    }

    private static TrustedRoot believed(io.espalier.trust.Verdict<TrustedRoot> verdict) {
        try {
            return verdict.orThrow();
        } catch (RejectedException e) {
            throw new IllegalStateException(e);
        }
    }
}
