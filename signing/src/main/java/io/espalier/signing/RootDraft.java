package io.espalier.signing;

import io.espalier.proto.v1.TrustKey;
import io.espalier.proto.v1.TrustRole;
import io.espalier.proto.v1.TrustRoot;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The next root in the making. Taking a key from a role begins a new generation of the role. */
public final class RootDraft {
    private static final long FIRST = 1;

    private final long version;
    private final String tenant;
    private final Map<String, TrustKey> keys = new LinkedHashMap<>();
    private final Map<Role, Set<String>> members = new EnumMap<>(Role.class);
    private final Map<Role, Integer> thresholds = new EnumMap<>(Role.class);
    private final Map<Role, TrustRole> before = new EnumMap<>(Role.class);
    private final Set<String> revoked = new LinkedHashSet<>();

    private RootDraft(long version, String tenant) {
        this.version = version;
        this.tenant = tenant;
        for (Role role : Role.values()) {
            members.put(role, new LinkedHashSet<>());
            thresholds.put(role, 1);
        }
    }

    /** Version 1 of a tenant. */
    public static RootDraft first(String tenant) {
        return new RootDraft(FIRST, tenant);
    }

    /** The version behind this one, as yet with the same keys. */
    public static RootDraft after(TrustedRoot root) {
        RootDraft draft = new RootDraft(root.version() + 1, root.tenant());
        TrustRoot message = root.message();
        message.getKeysList().forEach(key -> draft.keys.put(key.getId(), key));
        for (Role role : Role.values()) {
            TrustRole old = of(message, role);
            draft.before.put(role, old);
            draft.membersOf(role).addAll(old.getKeyIdsList());
            draft.thresholds.put(role, old.getThreshold());
        }
        draft.revoked.addAll(message.getRevokedKeyIdsList());
        return draft;
    }

    private static TrustRole of(TrustRoot root, Role role) {
        return switch (role) {
            case ROOT -> root.getRoot();
            case RELEASE -> root.getRelease();
            case ASSIGNMENT -> root.getAssignment();
        };
    }

    public RootDraft add(Role role, TrustKey key) {
        if (revoked.contains(key.getId())) {
            throw new CustodyException("Key " + key.getId() + " was revoked and cannot come back: make a new one");
        }
        keys.put(key.getId(), key);
        membersOf(role).add(key.getId());
        return this;
    }

    /** Takes a key from a role without revoking it. */
    public RootDraft remove(Role role, String keyId) {
        if (!membersOf(role).remove(keyId)) {
            throw new CustodyException("Key " + keyId + " is no " + role.label() + " key of this root");
        }
        return this;
    }

    /** Takes a key from every role for ever. */
    public RootDraft revoke(String keyId) {
        if (!keys.containsKey(keyId)) {
            throw new CustodyException("There is no key " + keyId + " in root " + (version - 1));
        }
        members.values().forEach(ids -> ids.remove(keyId));
        revoked.add(keyId);
        return this;
    }

    public RootDraft threshold(Role role, int threshold) {
        thresholds.put(role, threshold);
        return this;
    }

    private Set<String> membersOf(Role role) {
        return members.computeIfAbsent(role, any -> new LinkedHashSet<>());
    }

    /** The payload to be signed; throws where a role could never reach its threshold. */
    public TrustRoot build(Instant now, Duration lifetime) {
        TrustRoot.Builder root = TrustRoot.newBuilder()
                .setVersion(version)
                .setTenant(tenant)
                .setIssuedAtMillis(now.toEpochMilli())
                .setExpiresAtMillis(now.plus(lifetime).toEpochMilli())
                .addAllRevokedKeyIds(revoked)
                .setRoot(role(Role.ROOT))
                .setRelease(role(Role.RELEASE))
                .setAssignment(role(Role.ASSIGNMENT));
        Set<String> used = new HashSet<>();
        members.values().forEach(used::addAll);
        keys.values().stream().filter(key -> used.contains(key.getId())).forEach(root::addKeys);
        return root.build();
    }

    private TrustRole role(Role role) {
        Set<String> ids = membersOf(role);
        int threshold = thresholds.getOrDefault(role, 1);
        if (threshold < 1 || threshold > ids.size()) {
            throw new CustodyException(
                    "The " + role.label() + " role would ask for " + threshold + " signatures and have "
                            + ids.size() + " key" + (ids.size() == 1 ? "" : "s")
                            + ": add a key, or set another threshold");
        }
        TrustRole old = before.get(role);
        long generation = old != null && ids.containsAll(old.getKeyIdsList()) ? old.getGeneration() : version;
        return TrustRole.newBuilder()
                .addAllKeyIds(ids)
                .setThreshold(threshold)
                .setGeneration(generation)
                .build();
    }
}
