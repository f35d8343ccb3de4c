package io.espalier.controller.artifact.adapter;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.artifact.AgentLabel;
import io.espalier.controller.artifact.ArtifactKind;
import io.espalier.controller.artifact.InputSpec;
import io.espalier.controller.artifact.PackedContent;
import io.espalier.controller.artifact.VariantLabel;
import io.espalier.proto.v1.AgentDescription;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.FileEncoding;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.VariantDescription;
import java.time.Instant;

/** Writes manifests. */
final class ManifestCodec {
    private ManifestCodec() {}

    /** {@code overHttp}: the content is not to be retained on the broker; likewise below. */
    static byte[] variant(PackedContent content, VariantLabel variant, Instant createdAt, boolean overHttp) {
        return manifest(ArtifactKind.VARIANT, content, createdAt, overHttp)
                .setVariant(VariantDescription.newBuilder()
                        .setVariantDigest(variant.variant().hex())
                        .setBaseModelDigest(variant.baseModel().hex())
                        .setInput(contract(variant.input())))
                .build()
                .toByteArray();
    }

    /** Suites of several models are alike: without a time of their own they are one artifact, measured once. */
    static byte[] probeSuite(PackedContent content, boolean overHttp) {
        return manifest(ArtifactKind.PROBE_SUITE, content, Instant.EPOCH, overHttp)
                .build()
                .toByteArray();
    }

    /** Without a time of its own, so that a program that is uploaded again is the same artifact. */
    static byte[] agent(PackedContent content, AgentLabel agent, boolean overHttp) {
        return manifest(ArtifactKind.AGENT, content, Instant.EPOCH, overHttp)
                .setAgent(AgentDescription.newBuilder()
                        .setVersion(agent.version())
                        .setArch(agent.arch()))
                .build()
                .toByteArray();
    }

    private static Manifest.Builder manifest(
            ArtifactKind kind, PackedContent content, Instant createdAt, boolean overHttp) {
        Manifest.Builder manifest = Manifest.newBuilder()
                .setKind(wire(kind))
                .setChunkSizeBytes(content.chunkSizeBytes())
                .setCreatedAtMillis(createdAt.toEpochMilli())
                .setContentOverHttp(overHttp);
        content.files().forEach(file -> manifest.addFiles(file(file)));
        content.chunks().forEach(chunk -> manifest.addChunkSha256(ByteString.copyFrom(chunk.bytes())));
        return manifest;
    }

    private static ArtifactFile.Builder file(PackedContent.PackedFile file) {
        ArtifactFile.Builder wire = ArtifactFile.newBuilder()
                .setName(file.name())
                .setSha256(ByteString.copyFrom(file.sha256().bytes()))
                .setSizeBytes(file.sizeBytes());
        return file.deflated()
                ? wire.setEncoding(FileEncoding.FILE_ENCODING_ZLIB).setEncodedSizeBytes(file.packedBytes())
                : wire;
    }

    private static io.espalier.proto.v1.ArtifactKind wire(ArtifactKind kind) {
        return switch (kind) {
            case VARIANT -> io.espalier.proto.v1.ArtifactKind.ARTIFACT_KIND_VARIANT;
            case PROBE_SUITE -> io.espalier.proto.v1.ArtifactKind.ARTIFACT_KIND_PROBE_SUITE;
            case AGENT -> io.espalier.proto.v1.ArtifactKind.ARTIFACT_KIND_AGENT;
        };
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
