package io.espalier.controller.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.controller.artifact.ArtifactPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramArchiveTest {
    private static final long MOST_BYTES = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void takesTheFilesOfTheProgramWithTheMainJarFirst() throws Exception {
        ProgramArchive.Unpacked unpacked =
                unpack(ToyProgram.of("1.2.3", ToyProgram.ARM64).archive());

        assertThat(unpacked.version()).isEqualTo("1.2.3");
        assertThat(unpacked.arch()).isEqualTo("aarch64");
        assertThat(unpacked.files())
                .extracting(ArtifactPart::name)
                .containsExactly("edge-agent.jar", "kafka-clients.jar", "libonnxruntime.so");
        assertThat(unpacked.files().get(1).file()).hasBinaryContent(new byte[600]);
        assertThat(unpacked.files().get(2).file()).hasBinaryContent(ToyProgram.library(ToyProgram.ARM64));
    }

    @Test
    void refusesWhatIsNoArchive() {
        assertRefused(new byte[] {1, 2, 3}, "cannot be unpacked");
        assertRefused(
                ToyProgram.gzip("no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8)), "number that is none");
        byte[] damaged = toy().tar();
        damaged[0]++;
        assertRefused(ToyProgram.gzip(damaged), "no tar archive, or a damaged one");
        byte[] whole = toy().tar();
        assertRefused(ToyProgram.gzip(Arrays.copyOf(whole, whole.length / 2)), "ends");
    }

    @Test
    void refusesAnArchiveOfSomethingElse() {
        assertRefused(toy().without("program/edge-agent.jar").archive(), "no file */program/edge-agent.jar");
        assertRefused(toy().with("program/edge-agent.jar", new byte[] {1, 2, 3}).archive(), "edge-agent.jar is no jar");
        assertRefused(
                toy().with("program/edge-agent.jar", ToyProgram.jar("Other.class", "1"))
                        .archive(),
                "it is not the agent");
        assertRefused(ToyProgram.of("no version", ToyProgram.AMD64).archive(), "Implementation-Version");
    }

    @Test
    void refusesAProgramForNoProcessorOrForSeveral() {
        assertRefused(toy().without("program/libonnxruntime.so").archive(), "no native library");
        assertRefused(
                toy().with("program/libother.so", ToyProgram.library(ToyProgram.ARM64))
                        .archive(),
                "[aarch64, amd64]");
        assertRefused(toy().with("program/libother.so", ToyProgram.library(8)).archive(), "machine 8");
        assertRefused(toy().with("program/libother.so", new byte[4]).archive(), "libother.so is not a library");
    }

    @Test
    void writesNowhereElse() throws IOException {
        assertRefused(new ToyProgram().with("program/..", new byte[1]).archive(), "\"..\" is not legal");
        assertRefused(
                ToyProgram.gzip(ToyProgram.header("a/program/link", 0, '2')), "neither file nor folder (type '2')");
        assertThat(folder.resolve("unpacked")).isEmptyDirectory();
    }

    @Test
    void boundsWhatItUnpacks() {
        byte[] archive = toy().with("program/zeros.bin", new byte[1 << 20]).archive();

        assertRefused(archive, "more than " + MOST_BYTES + " bytes");
    }

    @Test
    void doesNotBlameTheProgramForADiskThatFails() throws IOException {
        Path archive = Files.write(folder.resolve("archive"), toy().archive());

        assertThatThrownBy(() -> ProgramArchive.unpack(archive, folder.resolve("missing"), MOST_BYTES))
                .isInstanceOf(IOException.class);
    }

    private static ToyProgram toy() {
        return ToyProgram.of("1", ToyProgram.AMD64);
    }

    private ProgramArchive.Unpacked unpack(byte[] archive) throws IOException, UnusableProgramException {
        Path file = Files.write(folder.resolve("archive"), archive);
        Path target = Files.createDirectories(folder.resolve("unpacked"));
        return ProgramArchive.unpack(file, target, MOST_BYTES);
    }

    private void assertRefused(byte[] archive, String why) {
        ThrowingCallable unpacking = () -> unpack(archive);
        assertThatThrownBy(unpacking)
                .isInstanceOf(UnusableProgramException.class)
                .hasMessageContaining(why);
    }
}
