package io.espalier.controller.upgrade.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.controller.artifact.AgentLabel;
import io.espalier.controller.artifact.ArtifactPart;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.artifact.Released;
import io.espalier.controller.artifact.VariantLabel;
import io.espalier.controller.problem.ProblemException;
import io.espalier.controller.upgrade.Program;
import io.espalier.controller.upgrade.Programs;
import io.espalier.controller.upgrade.ToyProgram;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramResourceTest {
    private static final long MAX_BYTES = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void saysThatTheDiskIsFullWhereTheArtifactDoesNotFitOnIt() {
        assertThatThrownBy(() -> upload("No space left on device"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().status()).isEqualTo(507);
                    assertThat(e.problem().type()).isEqualTo("urn:espalier:problem:disk-full");
                });
        assertThat(folder.resolve("programs")).isEmptyDirectory();
    }

    @Test
    void saysWhatTheDiskSaysWhereItFailsInAnotherWay() {
        assertThatThrownBy(() -> upload("Input/output error")).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().type()).isEqualTo("urn:espalier:problem:disk-unwritable");
            assertThat(e.problem().detail()).contains("Input/output error");
        });
    }

    private void upload(String failure) {
        new ProgramResource(
                        new NoPrograms(),
                        new FailingArtifacts(new IOException(failure)),
                        new ProgramFolder(folder),
                        Clock.systemUTC(),
                        MAX_BYTES)
                .add(
                        null,
                        new ByteArrayInputStream(
                                ToyProgram.of("1.0.0", ToyProgram.AMD64).archive()));
    }

    private static final class NoPrograms implements Programs {
        @Override
        public void add(Program program) {
            throw new AssertionError("kept although its artifact was not: " + program);
        }

        @Override
        public Optional<Program> find(Sha256 digest) {
            return Optional.empty();
        }

        @Override
        public List<Program> all() {
            return List.of();
        }
    }

    /** Fails as the store on disk does. */
    private record FailingArtifacts(IOException failure) implements Artifacts {
        @Override
        public Sha256 putAgent(List<ArtifactPart> parts, AgentLabel label) {
            throw new UncheckedIOException("Cannot store an artifact", failure);
        }

        @Override
        public Sha256 putVariant(List<ArtifactPart> parts, VariantLabel label) {
            throw new AssertionError("a program is no variant");
        }

        @Override
        public Sha256 putProbeSuite(Path suite) {
            throw new AssertionError("a program is no probe suite");
        }

        @Override
        public Released release(DeviceId device, Sha256 artifact, @Nullable String deviceClass) {
            throw new AssertionError("nothing was stored");
        }

        @Override
        public void want(Sha256 artifact) {
            throw new AssertionError("nothing was stored");
        }

        @Override
        public void keepOnly(Set<Sha256> needed) {
            throw new AssertionError("nothing was stored");
        }
    }
}
