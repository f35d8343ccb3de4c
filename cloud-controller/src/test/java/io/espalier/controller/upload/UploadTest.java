package io.espalier.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.espalier.controller.problem.ProblemException;
import io.espalier.proto.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
    @TempDir
    Path folder;

    @Test
    void keepsTheWholeFileAndItsDigest() {
        byte[] content = new byte[200_000];
        content[7] = 1;
        Path target = folder.resolve("m-1/model.onnx");

        assertThat(new Upload().receive(new ByteArrayInputStream(content), target, 1_000_000))
                .isEqualTo(new Upload.Outcome.Received(Sha256.of(content), 200_000));
        assertThat(target).hasBinaryContent(content);
    }

    @Test
    void leavesNothingOfAFileThatIsTooLarge() {
        Upload.Outcome outcome =
                new Upload().receive(new ByteArrayInputStream(new byte[101]), folder.resolve("m-1/model.onnx"), 100);

        assertThat(outcome).isEqualTo(new Upload.Outcome.TooLarge(100));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAFileThatSaysItIsTooLargeBeforeItComes() {
        assertThatThrownBy(() -> UploadProblems.requireLegal(101L, 100, "model"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().status()).isEqualTo(413);
                    assertThat(e.problem().type()).isEqualTo("urn:espalier:problem:upload-too-large");
                    assertThat(e.problem().extensions()).containsEntry("maxBytes", 100L);
                });
        assertThatCode(() -> UploadProblems.requireLegal(100L, 100, "model")).doesNotThrowAnyException();
        assertThatCode(() -> UploadProblems.requireLegal(null, 100, "model")).doesNotThrowAnyException();
    }

    @Test
    void tellsADiskThatIsFullWhenAFileIsUnpackedAsOneThatIsFullBefore() {
        assertThat(UploadProblems.unwritten(new IOException("No space left on device"), folder, "program"))
                .satisfies(problem -> {
                    assertThat(problem.status()).isEqualTo(507);
                    assertThat(problem.type()).isEqualTo("urn:espalier:problem:disk-full");
                });
        assertThat(UploadProblems.unwritten(new IOException("Input/output error"), folder, "program")
                        .type())
                .isEqualTo("urn:espalier:problem:disk-unwritable");
    }

    @Test
    void leavesNothingOnAFullDisk() {
        Upload onFullDisk = new Upload(file -> {
            OutputStream real = Files.newOutputStream(file);
            return new OutputStream() {
                @Override
                public void write(int oneByte) throws IOException {
                    real.write(oneByte);
                    throw new IOException("No space left on device");
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        });

        Upload.Outcome outcome =
                onFullDisk.receive(new ByteArrayInputStream(new byte[10]), folder.resolve("m-1/model.onnx"), 100);

        assertThat(outcome).isInstanceOf(Upload.Outcome.NoSpace.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesNothingOnADiskThatIsReallyFull() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        Path model = Files.createDirectory(folder.resolve("m-1")).resolve("model.onnx");
        Files.createSymbolicLink(folder.resolve("m-1/model.onnx.partial"), full);

        Upload.Outcome outcome = new Upload().receive(new ByteArrayInputStream(new byte[10]), model, 100);

        assertThat(outcome).isEqualTo(new Upload.Outcome.NoSpace(folder.resolve("m-1")));
        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> UploadProblems.orThrow(outcome, "model"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().status()).isEqualTo(507);
                    assertThat(e.problem().type()).isEqualTo("urn:espalier:problem:disk-full");
                    assertThat(e.problem().detail()).contains(folder.resolve("m-1") + ". Nothing of it was kept");
                });
    }

    @Test
    void tellsAFolderItMayNotWriteToFromASenderWhoStops() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        Upload.Outcome outcome =
                new Upload().receive(new ByteArrayInputStream(new byte[10]), file.resolve("model.onnx"), 100);

        assertThat(outcome).isInstanceOf(Upload.Outcome.Unwritable.class);
        assertThatThrownBy(() -> UploadProblems.orThrow(outcome, "model"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().status()).isEqualTo(500);
                    assertThat(e.problem().type()).isEqualTo("urn:espalier:problem:disk-unwritable");
                    assertThat(e.problem().detail()).contains(file.toString());
                });
    }

    @Test
    void takesBackWhatCouldNotBeUsed() {
        Path target = folder.resolve("m-1/model.onnx");
        new Upload().receive(new ByteArrayInputStream(new byte[10]), target, 100);

        Upload.discard(target);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesNothingOfAFileThatBreaksOff() {
        InputStream broken = new InputStream() {
            private int left = 5;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("Connection reset");
                }
                return 1;
            }
        };

        Upload.Outcome outcome = new Upload().receive(broken, folder.resolve("m-1/model.onnx"), 100);

        assertThat(outcome).isEqualTo(new Upload.Outcome.Interrupted("Connection reset"));
        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> UploadProblems.orThrow(outcome, "model"))
                .hasMessageContaining("The model did not arrive whole (Connection reset)");
    }

    @Test
    void refusesAnEmptyFile() {
        assertThat(new Upload().receive(InputStream.nullInputStream(), folder.resolve("m-1/model.onnx"), 100))
                .isInstanceOf(Upload.Outcome.Empty.class);
        assertThat(folder).isEmptyDirectory();
    }
}
