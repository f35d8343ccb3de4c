package io.espalier.trust;

import static io.espalier.trust.RejectedException.require;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.TrustKey;
import io.espalier.proto.v1.TrustRole;
import io.espalier.proto.v1.TrustRoot;
import io.espalier.trust.Rejection.Reason;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A root whose signatures were checked. Reached only from one that is trusted already, version by version: each step is
 * signed by the thresholds of both its ends.
 */
public final class TrustedRoot {
    private static final int MOST_KEYS = 64;
    private static final int MOST_REVOKED = 1024;

    private final TrustRoot message;
    private final ByteString envelope;
    private final Map<Role, RoleKeys> roles;
    private final Set<String> revoked;

    /** The keys of a role, by their names. */
    public record RoleKeys(Map<String, VerificationKey> keys, int threshold, long generation) {
        public RoleKeys {
            keys = Map.copyOf(keys);
        }
    }

    private TrustedRoot(TrustRoot message, byte[] envelope, Map<Role, RoleKeys> roles) {
        this.message = message;
        this.envelope = ByteString.copyFrom(envelope);
        this.roles = roles;
        this.revoked = Set.copyOf(message.getRevokedKeyIdsList());
    }

    /** Believes a root that was handed over by somebody trusted; it must at least be signed by its own keys. */
    public static Verdict<TrustedRoot> anchor(byte[] envelope) {
        return Verdict.of(() -> {
            SignedDocument document = SignedDocument.read(Role.ROOT, envelope);
            TrustedRoot root = checked(document.payload(TrustRoot.parser()), envelope);
            document.requireSignaturesOf(root);
            return root;
        });
    }

    /** The next version, where both this root and that one vouch for it. */
    public Verdict<TrustedRoot> next(byte[] nextEnvelope) {
        return Verdict.of(() -> {
            SignedDocument document = SignedDocument.read(Role.ROOT, nextEnvelope);
            TrustRoot candidate = document.payload(TrustRoot.parser());
            require(
                    Long.compareUnsigned(candidate.getVersion(), version()) > 0,
                    Reason.ROLLBACK,
                    "root " + Long.toUnsignedString(candidate.getVersion()) + " is not newer than root " + version());
            require(
                    candidate.getVersion() == version() + 1,
                    Reason.ROOT_GAP,
                    "root " + Long.toUnsignedString(candidate.getVersion()) + " does not follow root " + version()
                            + ": versions are taken one by one");
            document.requireSignaturesOf(this);
            TrustedRoot next = checked(candidate, nextEnvelope);
            document.requireSignaturesOf(next);
            requireSuccession(next);
            return next;
        });
    }

    private void requireSuccession(TrustedRoot next) throws RejectedException {
        require(
                next.tenant().equals(tenant()),
                Reason.WRONG_TENANT,
                "root " + next.version() + " is of tenant \"" + next.tenant() + "\", this one of \"" + tenant() + "\"");
        require(
                next.revoked.containsAll(revoked),
                Reason.MALFORMED,
                "root " + next.version() + " leaves out a key that was revoked");
        for (Role role : Role.values()) {
            RoleKeys before = role(role);
            RoleKeys after = next.role(role);
            boolean kept = after.keys().keySet().containsAll(before.keys().keySet());
            require(
                    after.generation() == next.version() || kept && after.generation() == before.generation(),
                    Reason.MALFORMED,
                    "root " + next.version() + " gives the " + role.label() + " role generation " + after.generation()
                            + ", which should be " + (kept ? before.generation() : next.version()));
        }
    }

    private static TrustedRoot checked(TrustRoot message, byte[] envelope) throws RejectedException {
        require(message.getVersion() > 0, Reason.MALFORMED, "root versions begin with 1");
        require(message.getKeysCount() <= MOST_KEYS, Reason.MALFORMED, message.getKeysCount() + " keys");
        require(
                message.getRevokedKeyIdsCount() <= MOST_REVOKED,
                Reason.MALFORMED,
                message.getRevokedKeyIdsCount() + " revoked keys");
        Map<String, VerificationKey> keys = new HashMap<>();
        for (TrustKey each : message.getKeysList()) {
            VerificationKey key = VerificationKey.of(each);
            require(keys.put(key.id(), key) == null, Reason.MALFORMED, "key " + key.id() + " occurs twice");
        }
        Map<Role, RoleKeys> roles = new EnumMap<>(Role.class);
        roles.put(Role.ROOT, roleKeys(Role.ROOT, message.getRoot(), keys, message));
        roles.put(Role.RELEASE, roleKeys(Role.RELEASE, message.getRelease(), keys, message));
        roles.put(Role.ASSIGNMENT, roleKeys(Role.ASSIGNMENT, message.getAssignment(), keys, message));
        return new TrustedRoot(message, envelope, roles);
    }

    private static RoleKeys roleKeys(Role role, TrustRole of, Map<String, VerificationKey> keys, TrustRoot root)
            throws RejectedException {
        Map<String, VerificationKey> own = new LinkedHashMap<>();
        for (String id : of.getKeyIdsList()) {
            VerificationKey key = keys.get(id);
            if (key == null) {
                throw new RejectedException(new Rejection(
                        Reason.MALFORMED, "the " + role.label() + " role names key " + id + ", which is not there"));
            }
            require(
                    !root.getRevokedKeyIdsList().contains(id),
                    Reason.MALFORMED,
                    "the " + role.label() + " role names key " + id + ", which is revoked");
            require(own.put(id, key) == null, Reason.MALFORMED, "key " + id + " is named twice");
        }
        require(
                of.getThreshold() >= 1 && of.getThreshold() <= own.size(),
                Reason.MALFORMED,
                "the " + role.label() + " role asks for " + of.getThreshold() + " of " + own.size() + " keys");
        require(
                of.getGeneration() >= 1 && of.getGeneration() <= root.getVersion(),
                Reason.MALFORMED,
                "the " + role.label() + " role has generation " + of.getGeneration());
        return new RoleKeys(own, of.getThreshold(), of.getGeneration());
    }

    public long version() {
        return message.getVersion();
    }

    public String tenant() {
        return message.getTenant();
    }

    public Instant issuedAt() {
        return Instant.ofEpochMilli(message.getIssuedAtMillis());
    }

    public Instant expiresAt() {
        return Instant.ofEpochMilli(message.getExpiresAtMillis());
    }

    public RoleKeys role(Role role) {
        RoleKeys keys = roles.get(role);
        if (keys == null) {
            throw new IllegalStateException("A checked root has every role, " + role + " is missing");
        }
        return keys;
    }

    public boolean isRevoked(String keyId) {
        return revoked.contains(keyId);
    }

    public TrustRoot message() {
        return message;
    }

    /** As it was signed. */
    public byte[] envelope() {
        return envelope.toByteArray();
    }
}
