package io.espalier.agent.toys;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.AgentDescription;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.FileEncoding;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Probe;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.proto.v1.VariantDescription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.DeflaterOutputStream;

/** An artifact as the cloud publishes it: manifest bytes, in a signed release, and chunks. */
public record ToyArtifact(Sha256 digest, byte[] manifest, List<byte[]> chunks) {

    /** A model with its golden sample; {@code factor} tells models apart. */
    public static ToyArtifact model(float factor, int chunkBytes) {
        return model(ToyModels.columnSums(factor), ToyModels.golden(factor).toByteArray(), chunkBytes);
    }

    public static ToyArtifact model(byte[] onnx, byte[] golden, int chunkBytes) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("model.onnx", onnx);
        files.put("golden.pb", golden);
        return model(onnx, files, chunkBytes);
    }

    /** A model that takes its time to travel, for the file that lies behind it. */
    public static ToyArtifact heavyModel(float factor, int ballastBytes, int chunkBytes) {
        byte[] onnx = ToyModels.columnSums(factor);
        byte[] ballast = new byte[ballastBytes];
        new SplittableRandom(ballastBytes).nextBytes(ballast);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("model.onnx", onnx);
        files.put("golden.pb", ToyModels.golden(factor).toByteArray());
        files.put("ballast.bin", ballast);
        return model(onnx, files, chunkBytes);
    }

    private static ToyArtifact model(byte[] onnx, Map<String, byte[]> files, int chunkBytes) {
        Manifest.Builder manifest = Manifest.newBuilder()
                .setKind(ArtifactKind.ARTIFACT_KIND_VARIANT)
                .setVariant(VariantDescription.newBuilder()
                        .setVariantDigest(Sha256.of(onnx).hex())
                        .setInput(ToyModels.contract()));
        return of(manifest, files, chunkBytes);
    }

    public static ToyArtifact suite(int chunkBytes) {
        ProbeSuite suite = ProbeSuite.newBuilder()
                .addProbes(Probe.newBuilder().setName("columns").setOnnx(ByteString.copyFrom(ToyModels.columnSums())))
                .addProbes(
                        Probe.newBuilder().setName("broken").setOnnx(ByteString.copyFrom(ToyModels.unknownOperator())))
                .build();
        return of(
                Manifest.newBuilder().setKind(ArtifactKind.ARTIFACT_KIND_PROBE_SUITE),
                Map.of("probes.pb", suite.toByteArray()),
                chunkBytes);
    }

    /** A program of the agent, with these bytes as its jar. */
    public static ToyArtifact agent(String arch, byte[] jar) {
        return of(
                Manifest.newBuilder()
                        .setKind(ArtifactKind.ARTIFACT_KIND_AGENT)
                        .setAgent(AgentDescription.newBuilder().setVersion("9").setArch(arch)),
                Map.of("edge-agent.jar", jar),
                1 << 10);
    }

    /** A model that travels deflated, and unpacks to far more than its manifest declares. */
    public static ToyArtifact bomb() {
        byte[] onnx = ToyModels.columnSums(1);
        Manifest.Builder manifest = Manifest.newBuilder()
                .setKind(ArtifactKind.ARTIFACT_KIND_VARIANT)
                .setVariant(VariantDescription.newBuilder()
                        .setVariantDigest(Sha256.of(onnx).hex())
                        .setInput(ToyModels.contract()));
        byte[] packed = zlib(new byte[100 << 20]);
        manifest.addFiles(file("model.onnx", onnx)
                .setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                .setEncodedSizeBytes(packed.length));
        return of(manifest, packed, 1 << 16);
    }

    /** Golden samples travel deflated, everything else as it is. */
    public static ToyArtifact of(Manifest.Builder manifest, Map<String, byte[]> files, int chunkBytes) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        files.forEach((name, bytes) -> {
            ArtifactFile.Builder file = file(name, bytes);
            byte[] packed = bytes;
            if (name.equals("golden.pb")) {
                packed = zlib(bytes);
                file.setEncoding(FileEncoding.FILE_ENCODING_ZLIB).setEncodedSizeBytes(packed.length);
            }
            content.writeBytes(packed);
            manifest.addFiles(file);
        });
        return of(manifest, content.toByteArray(), chunkBytes);
    }

    private static ArtifactFile.Builder file(String name, byte[] bytes) {
        return ArtifactFile.newBuilder()
                .setName(name)
                .setSizeBytes(bytes.length)
                .setSha256(ByteString.copyFrom(Sha256.of(bytes).bytes()));
    }

    private static byte[] zlib(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(packed)) {
            deflating.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static ToyArtifact of(Manifest.Builder manifest, byte[] all, int chunkBytes) {
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < all.length; from += chunkBytes) {
            chunks.add(Arrays.copyOfRange(all, from, Math.min(all.length, from + chunkBytes)));
        }
        manifest.setChunkSizeBytes(chunkBytes);
        chunks.forEach(chunk ->
                manifest.addChunkSha256(ByteString.copyFrom(Sha256.of(chunk).bytes())));
        byte[] bytes = manifest.build().toByteArray();
        return new ToyArtifact(Sha256.of(bytes), bytes, List.copyOf(chunks));
    }

    /** The same under a manifest that says more. */
    public ToyArtifact sayingAlso(UnknownFieldSet fields) throws InvalidProtocolBufferException {
        byte[] bytes = Manifest.parseFrom(manifest).toBuilder()
                .setUnknownFields(fields)
                .build()
                .toByteArray();
        return new ToyArtifact(Sha256.of(bytes), bytes, chunks);
    }

    /** The same under a manifest that keeps the chunks off the broker. */
    public ToyArtifact overHttp() throws InvalidProtocolBufferException {
        byte[] bytes = Manifest.parseFrom(manifest).toBuilder()
                .setContentOverHttp(true)
                .build()
                .toByteArray();
        return new ToyArtifact(Sha256.of(bytes), bytes, chunks);
    }

    public boolean isOverHttp() throws InvalidProtocolBufferException {
        return Manifest.parseFrom(manifest).getContentOverHttp();
    }

    /** All chunks in their order. */
    public byte[] content() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        chunks.forEach(content::writeBytes);
        return content.toByteArray();
    }

    /** Released by the usual authority. */
    public byte[] release() {
        return ToyAuthority.USUAL.release(manifest);
    }

    public String variantDigest() throws InvalidProtocolBufferException {
        return Manifest.parseFrom(manifest).getVariant().getVariantDigest();
    }
}
