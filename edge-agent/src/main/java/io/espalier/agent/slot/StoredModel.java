package io.espalier.agent.slot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.SlotFolder;
import io.espalier.agent.state.AtomicFile;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.Samples;
import io.espalier.proto.v1.VariantDescription;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole model in a slot: its release is vouched for, and its files are all there with the digests that are signed.
 *
 * @param release the signed envelope
 */
public record StoredModel(String slot, Path folder, Sha256 artifactDigest, Manifest manifest, ByteString release) {
    private static final Logger LOG = LoggerFactory.getLogger(StoredModel.class);
    static final String MODEL = "model.onnx";
    static final String GOLDEN = "golden.pb";
    private static final int COPY_BYTES = 64 << 10;

    public Path modelFile() {
        return folder.resolve(MODEL);
    }

    /** Not there where the artifact has none. */
    public Path goldenFile() {
        return folder.resolve(GOLDEN);
    }

    public VariantDescription variant() {
        return manifest.getVariant();
    }

    /** Samples with the outputs they must give; none where the artifact has none. */
    public Samples goldenSamples() throws IOException {
        Optional<byte[]> bytes = AtomicFile.at(goldenFile()).read();
        return bytes.isEmpty() ? Samples.getDefaultInstance() : Samples.parseFrom(bytes.get());
    }

    /** What is in the folder, where its release is there, vouched for, and true of every file. */
    static Optional<StoredModel> verified(String slot, Path folder, Vouching vouching) throws IOException {
        Optional<byte[]> envelope =
                AtomicFile.at(folder.resolve(SlotFolder.RELEASE)).read();
        if (envelope.isEmpty()) {
            return Optional.empty();
        }
        Verdict<Release> verdict = vouching.vouch(envelope.get());
        if (verdict instanceof Verdict.Rejected<Release> rejected) {
            LOG.error("slot {} is not believed: {}", slot, rejected.rejection());
            return Optional.empty();
        }
        ByteString manifest = ((Verdict.Verified<Release>) verdict).value().getManifest();
        try {
            StoredModel stored = new StoredModel(
                    slot,
                    folder,
                    Sha256.of(manifest.toByteArray()),
                    Manifest.parseFrom(manifest),
                    ByteString.copyFrom(envelope.get()));
            return stored.isWhole() ? Optional.of(stored) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private boolean isWhole() throws IOException {
        boolean hasModel = false;
        for (ArtifactFile file : manifest.getFilesList()) {
            Path there = folder.resolve(file.getName());
            if (!Files.isRegularFile(there)
                    || !MessageDigest.isEqual(file.getSha256().toByteArray(), digest(there))) {
                return false;
            }
            hasModel |= file.getName().equals(MODEL);
        }
        return hasModel;
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
