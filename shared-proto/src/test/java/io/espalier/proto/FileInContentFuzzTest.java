package io.espalier.proto;

import com.google.protobuf.ByteString;
import io.espalier.fuzz.Fuzzing;
import io.espalier.proto.FileInContent.NotAsDeclaredException;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.FileEncoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class FileInContentFuzzTest {
    @Test
    void isUnpackedOrRefusedInBoundedRoom() throws IOException, InterruptedException {
        byte[] plain = new byte[1000];
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(zlib)) {
            deflating.write(plain);
        }
        ArtifactFile.Builder file = ArtifactFile.newBuilder()
                .setName("model.onnx")
                .setSizeBytes(plain.length)
                .setSha256(ByteString.copyFrom(Sha256.of(plain).bytes()));
        Fuzzing.of(Contents.class)
                .from(declared(file.build(), plain))
                .from(declared(
                        file.setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                                .setEncodedSizeBytes(zlib.size())
                                .build(),
                        zlib.toByteArray()))
                .findsNothing();
    }

    private static byte[] declared(ArtifactFile file, byte[] content) throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        file.writeDelimitedTo(both);
        both.write(content);
        return both.toByteArray();
    }

    /** What a file declares, and the content behind it. */
    public static final class Contents {
        private static final int BUFFER_BYTES = 64 << 10;

        private Contents() {}

        public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
            InputStream in = new ByteArrayInputStream(bytes);
            ArtifactFile file = ArtifactFile.getDefaultInstance();
            try {
                file = Objects.requireNonNullElse(ArtifactFile.parseDelimitedFrom(in), file);
            } catch (IOException notOne) {
                return;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                FileInContent.unpack(file, in, out);
            } catch (NotAsDeclaredException expected) {
                requireBounded(file, out);
                return;
            }
            if (!ByteString.copyFrom(Sha256.of(out.toByteArray()).bytes()).equals(file.getSha256())) {
                throw new IllegalStateException("another file than declared");
            }
        }

        private static void requireBounded(ArtifactFile file, ByteArrayOutputStream out) {
            if (file.getSizeBytes() >= 0 && out.size() > file.getSizeBytes() + BUFFER_BYTES) {
                throw new IllegalStateException(out.size() + " bytes were written of a file of " + file.getSizeBytes());
            }
        }
    }
}
