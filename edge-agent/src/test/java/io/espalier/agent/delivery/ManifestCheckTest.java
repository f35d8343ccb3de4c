package io.espalier.agent.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.FileEncoding;
import io.espalier.proto.v1.Manifest;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ManifestCheckTest {
    private final ToyArtifact artifact = ToyArtifact.model(1, 64);

    @Test
    void believesAManifestOfTheRightDigest() throws Exception {
        assertThat(ManifestCheck.parse(artifact.digest(), artifact.manifest()).getFilesCount())
                .isEqualTo(2);
    }

    @Test
    void refusesNamesThatLeaveTheFolder() {
        refuses(manifest -> manifest.getFilesBuilder(0).setName("../model.onnx"), "../model.onnx");
        refuses(manifest -> manifest.getFilesBuilder(0).setName(".hidden"), ".hidden");
        refuses(manifest -> manifest.getFilesBuilder(0).setName(""), "not legal");
        refuses(manifest -> manifest.getFilesBuilder(1).setName("model.onnx"), "twice");
    }

    @Test
    void refusesSizesThatDoNotAddUp() {
        refuses(manifest -> manifest.getFilesBuilder(0).setSizeBytes(1L << 40), "more than");
        refuses(manifest -> manifest.getFilesBuilder(0).setSizeBytes(-1), "more than");
        refuses(manifest -> manifest.getFilesBuilder(0).setSizeBytes(1_000_000), "chunks");
        refuses(manifest -> manifest.setChunkSizeBytes(0), "chunk size 0");
        refuses(manifest -> manifest.setChunkSizeBytes(1 << 30), "chunk size");
        refuses(manifest -> manifest.setChunkSha256(0, ByteString.EMPTY), "chunk digest");
    }

    @Test
    void refusesEncodingsItDoesNotKnowAndLengthsThatAreTooLarge() {
        refuses(manifest -> manifest.getFilesBuilder(0).setEncodingValue(7), "encoding 7");
        refuses(
                manifest -> manifest.getFilesBuilder(0)
                        .setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                        .setEncodedSizeBytes(1L << 40),
                "more than");
        refuses(
                manifest -> manifest.getFilesBuilder(0)
                        .setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                        .setEncodedSizeBytes(1_000_000),
                "chunks");
        // What is unpacked is bounded like what is fetched.
        refuses(
                manifest -> manifest.setFiles(0, inflating(manifest.getFiles(0)))
                        .setFiles(1, inflating(manifest.getFiles(1))),
                "files of");
    }

    private static ArtifactFile inflating(ArtifactFile file) {
        return file.toBuilder()
                .setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                .setEncodedSizeBytes(file.getSizeBytes())
                .setSizeBytes(1L << 30)
                .build();
    }

    @Test
    void refusesWhatIsNoManifest() {
        byte[] junk = {1, 2, 3};

        assertThatThrownBy(() -> ManifestCheck.parse(Sha256.of(junk), junk))
                .isInstanceOf(CorruptArtifactException.class)
                .hasMessageContaining("is not one");
    }

    private void refuses(Consumer<Manifest.Builder> spoil, String because) {
        assertThatThrownBy(() -> {
                    Manifest.Builder manifest = Manifest.parseFrom(artifact.manifest()).toBuilder();
                    spoil.accept(manifest);
                    byte[] bytes = manifest.build().toByteArray();
                    ManifestCheck.parse(Sha256.of(bytes), bytes);
                })
                .isInstanceOf(CorruptArtifactException.class)
                .hasMessageContaining(because);
    }
}
