package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.AgentLabel;
import io.espalier.controller.artifact.ArtifactKind;
import io.espalier.controller.artifact.ArtifactPart;
import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.artifact.PackedContent;
import io.espalier.controller.artifact.Packing;
import io.espalier.controller.artifact.Released;
import io.espalier.controller.artifact.VariantLabel;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Artifacts on disk, with a row each that says whether the broker shall hold them. */
@Singleton
final class StoredArtifacts implements Artifacts {
    /** Between storing an artifact and the first desired state that names it. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final ArtifactStore store;
    private final ArtifactPublisher publisher;
    private final Releases releases;
    private final RetainedContents retained;
    private final Jdbi jdbi;
    private final Clock clock;

    StoredArtifacts(
            ArtifactStore store,
            ArtifactPublisher publisher,
            Releases releases,
            RetainedContents retained,
            Jdbi jdbi,
            Clock clock) {
        this.store = store;
        this.publisher = publisher;
        this.releases = releases;
        this.retained = retained;
        this.jdbi = jdbi;
        this.clock = clock;
    }

    @Override
    public Sha256 putVariant(List<ArtifactPart> parts, VariantLabel label) {
        Instant createdAt = clock.instant();
        Sha256 artifact = put(
                ArtifactKind.VARIANT,
                parts,
                Packing.DEFLATED_WHERE_IT_PAYS,
                true,
                content -> ManifestCodec.variant(content, label, createdAt, !retained.include(content)));
        publisher.publish(artifact);
        return artifact;
    }

    @Override
    public Sha256 putProbeSuite(Path suite) {
        Sha256 artifact = put(
                ArtifactKind.PROBE_SUITE,
                List.of(new ArtifactPart("probes.pb", suite)),
                Packing.AS_THEY_ARE,
                true,
                content -> ManifestCodec.probeSuite(content, !retained.include(content)));
        publisher.publish(artifact);
        return artifact;
    }

    @Override
    public Sha256 putAgent(List<ArtifactPart> parts, AgentLabel label) {
        return put(
                ArtifactKind.AGENT,
                parts,
                Packing.AS_THEY_ARE,
                false,
                content -> ManifestCodec.agent(content, label, !retained.include(content)));
    }

    private Sha256 put(
            ArtifactKind kind,
            List<ArtifactPart> parts,
            Packing packing,
            boolean wanted,
            Function<PackedContent, byte[]> manifest) {
        Sha256 artifact = store.put(parts, packing, manifest);
        jdbi.useHandle(handle -> handle.createUpdate("insert into artifact"
                        + " (digest, kind, size_bytes, created_at, wanted, withdrawn)"
                        + " values (:digest, :kind, :size, :now, :wanted, not :wanted)"
                        + " on conflict (digest) do update set wanted = artifact.wanted or excluded.wanted,"
                        + " withdrawn = artifact.withdrawn and not excluded.wanted")
                .bind("wanted", wanted)
                .bind("digest", artifact.hex())
                .bind("kind", kind.label())
                .bind("size", sizeBytes(parts))
                .bind("now", clock.instant())
                .execute());
        return artifact;
    }

    @Override
    public Released release(DeviceId device, Sha256 artifact, @Nullable String deviceClass) {
        Releases.Found found = releases.forDevice(device, artifact, deviceClass);
        if (found.anew()) {
            publisher.publishRelease(artifact);
        }
        return found.released();
    }

    @Override
    public void want(Sha256 artifact) {
        int changed = jdbi.withHandle(handle -> handle.createUpdate(
                        "update artifact set wanted = true, withdrawn = false where digest = :digest and not wanted")
                .bind("digest", artifact.hex())
                .execute());
        if (changed > 0) {
            publisher.publish(artifact);
        }
    }

    @Override
    public void keepOnly(Set<Sha256> needed) {
        String[] digests = needed.stream().map(Sha256::hex).toArray(String[]::new);
        jdbi.withHandle(handle -> handle.createQuery("update artifact set wanted = false where wanted"
                                + " and created_at < :before and not digest = any(:needed) returning digest")
                        .bind("before", clock.instant().minus(GRACE))
                        .bind("needed", digests)
                        .mapTo(String.class)
                        .list())
                .forEach(digest -> publisher.withdraw(new Sha256(digest)));
    }

    private static long sizeBytes(List<ArtifactPart> parts) {
        try {
            long sum = 0;
            for (ArtifactPart part : parts) {
                sum += Files.size(part.file());
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + parts, e);
        }
    }
}
