package io.espalier.agent.delivery;

import com.google.protobuf.ByteString;
import io.espalier.fuzz.Fuzzing;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ManifestFuzzTest {
    @Test
    void isTakenOrRefused() throws IOException, InterruptedException {
        byte[] content = new byte[1000];
        Fuzzing.of(Manifests.class)
                .from(Manifest.newBuilder()
                        .addFiles(ArtifactFile.newBuilder()
                                .setName("model.onnx")
                                .setSizeBytes(content.length)
                                .setSha256(digest(content)))
                        .setChunkSizeBytes(1024)
                        .addChunkSha256(digest(content))
                        .build()
                        .toByteArray())
                .findsNothing();
    }

    private static ByteString digest(byte[] content) {
        return ByteString.copyFrom(Sha256.of(content).bytes());
    }

    /** Under the digest that the bytes have: what lies behind that check is reached. */
    public static final class Manifests {
        private Manifests() {}

        public static void fuzzerTestOneInput(byte[] bytes) {
            try {
                Manifest manifest = ManifestCheck.parse(Sha256.of(bytes), bytes);
                if (ManifestCheck.contentBytes(manifest) < 0) {
                    throw new IllegalStateException("the length of the content overflows");
                }
            } catch (CorruptArtifactException expected) {
                return;
            }
        }
    }
}
