package io.espalier.agent.slot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.state.AtomicFile;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Samples;
import io.espalier.proto.v1.VariantDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;

/** A whole model in a slot: its files are all there and verified. */
public record StoredModel(String slot, Path folder, Sha256 artifactDigest, Manifest manifest) {
    static final String MODEL = "model.onnx";
    static final String GOLDEN = "golden.pb";
    static final String MANIFEST = "manifest.pb";
    private static final int COPY_BYTES = 64 << 10;

    public Path modelFile() {
        return folder.resolve(MODEL);
    }

    public VariantDescription variant() {
        return manifest.getVariant();
    }

    /** Samples with the outputs they must give; none where the artifact has none. */
    public Samples goldenSamples() throws IOException {
        Optional<byte[]> bytes = AtomicFile.at(folder.resolve(GOLDEN)).read();
        return bytes.isEmpty() ? Samples.getDefaultInstance() : Samples.parseFrom(bytes.get());
    }

    /** What is in the folder, where the manifest is there and the model has the digest it declares. */
    static Optional<StoredModel> verified(String slot, Path folder) throws IOException {
        Optional<byte[]> bytes = AtomicFile.at(folder.resolve(MANIFEST)).read();
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            StoredModel stored = new StoredModel(slot, folder, Sha256.of(bytes.get()), Manifest.parseFrom(bytes.get()));
            return stored.isWhole() ? Optional.of(stored) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private boolean isWhole() throws IOException {
        for (ArtifactFile file : manifest.getFilesList()) {
            if (file.getName().equals(MODEL)) {
                return Files.isRegularFile(modelFile())
                        && MessageDigest.isEqual(file.getSha256().toByteArray(), digest(modelFile()));
            }
        }
        return false;
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest sha256 = Sha256.newDigest();
        byte[] buffer = new byte[COPY_BYTES];
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            while (in.read(buffer) >= 0) {}
        }
        return sha256.digest();
    }
}
