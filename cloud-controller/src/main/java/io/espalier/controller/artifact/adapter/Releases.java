package io.espalier.controller.artifact.adapter;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.artifact.Released;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.trust.Role;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Signed releases in PostgreSQL.
 *
 * <p>A device takes no release that is older than one it has taken, yet it may be given back a model it ran before: then
 * the same artifact is released again, under a new version. Probe suites, programs and unpruned models are for all devices; a pruned
 * variant is released when it is first assigned, and only for the classes it was assigned to.
 */
@Singleton
final class Releases {
    private final Notary notary;
    private final ArtifactStore store;
    private final Jdbi jdbi;
    private final Clock clock;
    private final Duration lifetime;
    private final String tenant;

    Releases(
            Notary notary,
            ArtifactStore store,
            Jdbi jdbi,
            Clock clock,
            @ConfigProperty(name = "espalier.signing.release-lifetime", defaultValue = "P180D") Duration lifetime,
            @ConfigProperty(name = "espalier.tenant") String tenant) {
        this.notary = notary;
        this.store = store;
        this.jdbi = jdbi;
        this.clock = clock;
        this.lifetime = lifetime;
        this.tenant = tenant;
    }

    /** A release as it is stored. */
    private record Row(
            String target, long version, List<String> classes, long rootVersion, Instant expiresAt, byte[] envelope) {
        Row {
            classes = List.copyOf(classes);
        }

        boolean isFor(@Nullable String deviceClass) {
            return classes.isEmpty() || deviceClass != null && classes.contains(deviceClass);
        }
    }

    /** What {@link #forDevice} found or made. */
    record Found(Released released, boolean anew) {}

    /** The artifact's envelope, good for a while; empty where nothing is to be released of it yet. */
    Optional<byte[]> envelope(Sha256 artifact) {
        return jdbi.inTransaction(handle -> {
            lock(handle, artifact);
            Optional<Row> row = row(handle, artifact);
            if (row.isPresent()) {
                return row.map(present -> isGood(present)
                        ? present.envelope()
                        : keep(handle, artifact, present.target(), present.version(), present.classes()));
            }
            return manifest(artifact)
                    .filter(manifest -> !isPruned(manifest))
                    .map(manifest ->
                            keep(handle, artifact, target(artifact, manifest), nextVersion(handle), List.of()));
        });
    }

    /** The release that the device may take; see {@link io.espalier.controller.artifact.Artifacts#release}. */
    Found forDevice(DeviceId device, Sha256 artifact, @Nullable String deviceClass) {
        return jdbi.inTransaction(handle -> {
            lock(handle, artifact);
            Row row = row(handle, artifact).orElse(null);
            Manifest manifest = manifest(artifact).orElseThrow(() -> missing(artifact));
            String target = row == null ? target(artifact, manifest) : row.target();
            long before = toldBefore(handle, device, target);
            boolean anew = row == null || row.version() < before || !row.isFor(deviceClass);
            long version = row == null ? 0 : row.version();
            if (anew) {
                version = nextVersion(handle);
                keep(handle, artifact, target, version, widened(row, isPruned(manifest) ? deviceClass : null));
            }
            tell(handle, device, target, version);
            return new Found(new Released(target, version), anew);
        });
    }

    private static List<String> widened(@Nullable Row row, @Nullable String deviceClass) {
        if (deviceClass == null || row != null && row.classes().isEmpty()) {
            return List.of();
        }
        List<String> classes = new ArrayList<>(row == null ? List.of() : row.classes());
        if (!classes.contains(deviceClass)) {
            classes.add(deviceClass);
        }
        return classes;
    }

    /** Artifacts that the broker holds and whose envelopes have to be renewed. */
    List<Sha256> due() {
        return jdbi.withHandle(handle -> handle.createQuery("select r.digest from artifact_release r"
                        + " join artifact a on a.digest = r.digest"
                        + " where a.wanted and (r.root_version <> :root or r.expires_at < :soon)")
                .bind("root", notary.root().version())
                .bind("soon", renewedBefore())
                .mapTo(String.class)
                .map(Sha256::new)
                .list());
    }

    private boolean isGood(Row row) {
        return row.rootVersion() == notary.root().version() && row.expiresAt().isAfter(renewedBefore());
    }

    /** In the last third of its life a release is renewed. */
    private Instant renewedBefore() {
        return clock.instant().plus(lifetime.dividedBy(3));
    }

    private byte[] keep(Handle handle, Sha256 artifact, String target, long version, List<String> classes) {
        Instant now = clock.instant();
        byte[] envelope = notary.sign(
                Role.RELEASE,
                Release.newBuilder()
                        .setTenant(tenant)
                        .setGeneration(notary.root().role(Role.RELEASE).generation())
                        .setTarget(target)
                        .setVersion(version)
                        .setCreatedAtMillis(now.toEpochMilli())
                        .setExpiresAtMillis(now.plus(lifetime).toEpochMilli())
                        .addAllDeviceClasses(classes)
                        .setManifest(
                                ByteString.copyFrom(store.manifest(artifact).orElseThrow(() -> missing(artifact))))
                        .build()
                        .toByteArray());
        handle.createUpdate("insert into artifact_release (digest, target, version, device_classes, root_version,"
                        + " expires_at, envelope) values (:digest, :target, :version, :classes, :root, :expires, :envelope)"
                        + " on conflict (digest) do update set version = excluded.version,"
                        + " device_classes = excluded.device_classes, root_version = excluded.root_version,"
                        + " expires_at = excluded.expires_at, envelope = excluded.envelope")
                .bind("digest", artifact.hex())
                .bind("target", target)
                .bind("version", version)
                .bindArray("classes", String.class, classes.toArray())
                .bind("root", notary.root().version())
                .bind("expires", now.plus(lifetime))
                .bind("envelope", envelope)
                .execute();
        return envelope;
    }

    private static void lock(Handle handle, Sha256 artifact) {
        handle.select("select pg_advisory_xact_lock(hashtext('release:' || ?))", artifact.hex())
                .mapToMap()
                .one();
    }

    private static Optional<Row> row(Handle handle, Sha256 artifact) {
        return handle.createQuery("select * from artifact_release where digest = :digest")
                .bind("digest", artifact.hex())
                .map((row, context) -> row(row))
                .findOne();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("target"),
                row.getLong("version"),
                List.of((String[]) row.getArray("device_classes").getArray()),
                row.getLong("root_version"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                row.getBytes("envelope"));
    }

    private static long nextVersion(Handle handle) {
        return handle.createQuery("select nextval('release_version')")
                .mapTo(Long.class)
                .one();
    }

    private static long toldBefore(Handle handle, DeviceId device, String target) {
        return handle.createQuery(
                        "select release_version from device_release where device_id = :device and target = :target")
                .bind("device", device.value())
                .bind("target", target)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    private static void tell(Handle handle, DeviceId device, String target, long version) {
        handle.createUpdate("insert into device_release (device_id, target, release_version)"
                        + " values (:device, :target, :version) on conflict (device_id, target) do update"
                        + " set release_version = greatest(device_release.release_version, excluded.release_version)")
                .bind("device", device.value())
                .bind("target", target)
                .bind("version", version)
                .execute();
    }

    private Optional<Manifest> manifest(Sha256 artifact) {
        return store.manifest(artifact).map(bytes -> {
            try {
                return Manifest.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("The manifest of artifact " + artifact + " cannot be read", e);
            }
        });
    }

    private static IllegalStateException missing(Sha256 artifact) {
        return new IllegalStateException(
                "The manifest of artifact " + artifact
                        + " is not on disk, though the database has the artifact: bring its folder back below espalier.data.dir");
    }

    private static boolean isPruned(Manifest manifest) {
        return manifest.hasVariant()
                && !manifest.getVariant()
                        .getVariantDigest()
                        .equals(manifest.getVariant().getBaseModelDigest());
    }

    private static String target(Sha256 artifact, Manifest manifest) {
        if (manifest.hasAgent()) {
            return "agent "
                    + manifest.getAgent().getArch(); // A device that was given one takes none that was released before.
        }
        return manifest.hasVariant() ? manifest.getVariant().getBaseModelDigest() : artifact.hex();
    }
}
