package io.espalier.controller.artifact.adapter;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.artifact.ArtifactKind;
import io.espalier.controller.artifact.InputSpec;
import io.espalier.controller.artifact.PackedContent;
import io.espalier.controller.artifact.VariantLabel;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.VariantDescription;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes manifests. */
final class ManifestCodec {
    private ManifestCodec() {}

    /** {@code overHttp}: the content is not to be retained on the broker. */
    static byte[] encode(
            ArtifactKind kind,
            PackedContent content,
            @Nullable VariantLabel variant,
            Instant createdAt,
            boolean overHttp) {
        Manifest.Builder manifest = Manifest.newBuilder()
                .setKind(
                        kind == ArtifactKind.VARIANT
                                ? io.espalier.proto.v1.ArtifactKind.ARTIFACT_KIND_VARIANT
                                : io.espalier.proto.v1.ArtifactKind.ARTIFACT_KIND_PROBE_SUITE)
                .setChunkSizeBytes(content.chunkSizeBytes())
                .setCreatedAtMillis(createdAt.toEpochMilli())
                .setContentOverHttp(overHttp);
        content.files()
                .forEach(file -> manifest.addFiles(ArtifactFile.newBuilder()
                        .setName(file.name())
                        .setSha256(ByteString.copyFrom(file.sha256().bytes()))
                        .setSizeBytes(file.sizeBytes())));
        content.chunks().forEach(chunk -> manifest.addChunkSha256(ByteString.copyFrom(chunk.bytes())));
        if (variant != null) {
            manifest.setVariant(VariantDescription.newBuilder()
                    .setVariantDigest(variant.variant().hex())
                    .setBaseModelDigest(variant.baseModel().hex())
                    .setInput(contract(variant.input())));
        }
        return manifest.build().toByteArray();
    }

    static int chunkSizeBytes(byte[] manifest) {
        return parse(manifest).getChunkSizeBytes();
    }

    static boolean goesOverHttp(byte[] manifest) {
        return parse(manifest).getContentOverHttp();
    }

    private static Manifest parse(byte[] manifest) {
        try {
            return Manifest.parseFrom(manifest);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A manifest in the artifact folder cannot be read", e);
        }
    }

    private static InputContract contract(InputSpec input) {
        InputContract.Builder contract = InputContract.newBuilder()
                .setLayout(
                        input.layout().equals("NHWC")
                                ? InputContract.Layout.LAYOUT_NHWC
                                : InputContract.Layout.LAYOUT_NCHW)
                .addAllShape(input.shape())
                .setScale((float) input.scale())
                .addAllClassNames(input.classNames())
                .setTask("classification");
        input.mean().forEach(value -> contract.addMean(value.floatValue()));
        input.std().forEach(value -> contract.addStd(value.floatValue()));
        return contract.build();
    }
}
