package io.espalier.proto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.proto.FileInContent.NotAsDeclaredException;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.FileEncoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class FileInContentTest {
    private static final byte[] PLAIN = "weights ".repeat(100_000).getBytes(UTF_8);
    private static final byte[] ZLIB = zlib(PLAIN);

    @Test
    void takesAFileAsItIsAndLeavesTheRestOfTheContent() throws Exception {
        InputStream content = new ByteArrayInputStream(and(PLAIN, "next"));

        assertThat(unpacked(asItIs(PLAIN), content)).isEqualTo(PLAIN);
        assertThat(content.readAllBytes()).isEqualTo("next".getBytes(UTF_8));
    }

    @Test
    void inflatesAFileAndLeavesTheRestOfTheContent() throws Exception {
        InputStream content = new ByteArrayInputStream(and(ZLIB, "next"));

        assertThat(unpacked(deflated(PLAIN, ZLIB), content)).isEqualTo(PLAIN);
        assertThat(content.readAllBytes()).isEqualTo("next".getBytes(UTF_8));
        assertThat(FileInContent.encodedBytes(deflated(PLAIN, ZLIB))).isEqualTo(ZLIB.length);
        assertThat(FileInContent.encodedBytes(asItIs(PLAIN))).isEqualTo(PLAIN.length);
    }

    @Test
    void takesAnEmptyFile() throws Exception {
        assertThat(unpacked(asItIs(new byte[0]), InputStream.nullInputStream())).isEmpty();
    }

    @Test
    void writesNoMoreThanABufferOverWhatIsDeclared() {
        byte[] bomb = zlib(new byte[100_000_000]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() ->
                        FileInContent.unpack(deflated(new byte[1_000], bomb), new ByteArrayInputStream(bomb), out))
                .isInstanceOf(NotAsDeclaredException.class)
                .hasMessage("file model.onnx is longer than the 1000 bytes it declares");
        assertThat(out.size()).isLessThan(100_000);
    }

    @Test
    void saysHowAFileIsNotWhatItDeclares() {
        refuses(asItIs(PLAIN), Arrays.copyOf(PLAIN, 10), "ends too early");
        refuses(deflated(PLAIN, ZLIB), Arrays.copyOf(ZLIB, 10), "ends too early");
        byte[] cut = Arrays.copyOf(ZLIB, ZLIB.length - 10);
        refuses(deflated(PLAIN, cut), cut, "ends too early");
        byte[] longer = and(ZLIB, "more");
        refuses(deflated(PLAIN, longer), longer, "is followed by bytes");
        byte[] muchLonger = and(ZLIB, "more".repeat(100_000));
        refuses(deflated(PLAIN, muchLonger), muchLonger, "is followed by bytes");
        byte[] broken = ZLIB.clone();
        Arrays.fill(broken, 2, 20, (byte) -1);
        refuses(deflated(PLAIN, broken), broken, "is no zlib stream");
        byte[] shorter = zlib(Arrays.copyOf(PLAIN, 10));
        refuses(deflated(PLAIN, shorter), shorter, "has 10 bytes and declares 800000");
        byte[] other = PLAIN.clone();
        other[7] = 'x';
        refuses(deflated(PLAIN, zlib(other)), zlib(other), "does not have the digest");
        refuses(asItIs(PLAIN), other, "does not have the digest");
        refuses(
                deflated(PLAIN, ZLIB).toBuilder()
                        .setEncodedSizeBytes(Long.MIN_VALUE)
                        .build(),
                ZLIB,
                "declares more");
        refuses(deflated(PLAIN, ZLIB).toBuilder().setSizeBytes(-1).build(), ZLIB, "declares more");
        refuses(asItIs(PLAIN).toBuilder().setSizeBytes(-1).build(), PLAIN, "declares more");
        refuses(asItIs(PLAIN).toBuilder().setEncodingValue(9).build(), PLAIN, "comes in an encoding that is not known");
    }

    @Test
    void leavesOutAFile() throws Exception {
        InputStream content = new ByteArrayInputStream(and(ZLIB, "next"));

        FileInContent.skip(deflated(PLAIN, ZLIB), content);

        assertThat(content.readAllBytes()).isEqualTo("next".getBytes(UTF_8));
        assertThatThrownBy(() -> FileInContent.skip(
                        deflated(PLAIN, ZLIB).toBuilder()
                                .setEncodedSizeBytes(-1)
                                .build(),
                        content))
                .isInstanceOf(NotAsDeclaredException.class);
    }

    private static void refuses(ArtifactFile file, byte[] content, String because) {
        assertThatThrownBy(() ->
                        FileInContent.unpack(file, new ByteArrayInputStream(content), OutputStream.nullOutputStream()))
                .isInstanceOf(NotAsDeclaredException.class)
                .hasMessageContaining("file model.onnx " + because);
    }

    private static byte[] unpacked(ArtifactFile file, InputStream content) throws IOException, NotAsDeclaredException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FileInContent.unpack(file, content, out);
        return out.toByteArray();
    }

    private static ArtifactFile asItIs(byte[] plain) {
        return ArtifactFile.newBuilder()
                .setName("model.onnx")
                .setSizeBytes(plain.length)
                .setSha256(ByteString.copyFrom(Sha256.of(plain).bytes()))
                .build();
    }

    private static ArtifactFile deflated(byte[] plain, byte[] zlib) {
        return asItIs(plain).toBuilder()
                .setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                .setEncodedSizeBytes(zlib.length)
                .build();
    }

    private static byte[] zlib(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(out)) {
            deflating.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] and(byte[] first, String then) {
        byte[] both = Arrays.copyOf(first, first.length + then.length());
        System.arraycopy(then.getBytes(UTF_8), 0, both, first.length, then.length());
        return both;
    }
}
