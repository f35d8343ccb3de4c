package io.espalier.agent.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.state.PowerCut;
import io.espalier.agent.state.Steps;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @TempDir
    Path folder;

    @Test
    void alternatesSlotsAsProgramsReportIn() throws Exception {
        ProgramMarker first = upgrade(running("installed"), Steps.UNWATCHED, fetched(1));
        running(first.slot()).confirm();
        ProgramMarker second = upgrade(running(first.slot()), Steps.UNWATCHED, fetched(2));

        assertThat(second.slot()).isNotEqualTo(first.slot());
        assertThat(running(second.slot()).report().getArtifactDigest())
                .isEqualTo(fetched(2).digest().hex());
        running(second.slot()).confirm();
        assertThat(folder.resolve("next")).doesNotExist();
        assertThat(folder.resolve("boots")).doesNotExist();
        assertThat(folder.resolve("current"))
                .hasContent(second.slot() + " " + fetched(2).digest());
    }

    @Test
    void leavesTheLauncherTheDigestOfEachFile() throws Exception {
        ProgramMarker staged = upgrade(running("installed"), Steps.UNWATCHED, fetched(1));

        Path slot = folder.resolve(staged.slot());
        assertThat(Files.readAllLines(slot.resolve("SHA256SUMS")))
                .contains(Sha256.of(Files.readAllBytes(slot.resolve("edge-agent.jar"))) + "  edge-agent.jar");
    }

    @Test
    void writesToNoSlotThatRunsOrIsCurrent() throws Exception {
        running(upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot())
                .confirm();
        upgrade(running("a"), Steps.UNWATCHED, fetched(2));

        assertThatThrownBy(() -> running("b").stage(fetched(3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not reported in");
        assertThat(folder.resolve("next")).hasContent("b " + fetched(2).digest());
    }

    @Test
    void saysWhatTheLauncherGaveUp() throws Exception {
        upgrade(running("installed"), Steps.UNWATCHED, fetched(1));
        Files.move(folder.resolve("next"), folder.resolve("refused"));

        Programs installed = running("installed");

        assertThat(installed.report().getArtifactDigest()).isEmpty();
        assertThat(installed.report().getRefusedDigest())
                .isEqualTo(fetched(1).digest().hex());
        assertThat(installed.report().getRefusedWhy()).contains("never reported in");
        assertThat(installed.isDecided(fetched(1).digest())).isTrue();
        assertThat(installed.isDecided(fetched(2).digest())).isFalse();
    }

    @Test
    void countsOnWhereAProgramThatWasToBeTriedIsFetchedAgain() throws Exception {
        upgrade(running("installed"), Steps.UNWATCHED, fetched(1));
        Files.writeString(folder.resolve("boots"), "2");

        upgrade(running("installed"), Steps.UNWATCHED, fetched(1));
        assertThat(folder.resolve("boots")).hasContent("2");

        upgrade(running("installed"), Steps.UNWATCHED, fetched(2));
        assertThat(folder.resolve("boots")).doesNotExist();
    }

    @Test
    void leavesAWholeProgramWhereverThePowerIsCut() throws Exception {
        running(upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot())
                .confirm();
        int cuts = 0;
        for (boolean done = false; !done; cuts++) {
            try {
                PowerCut power = new PowerCut(cuts);
                Programs old = new Programs(folder, folder.resolve("a"), power);
                ProgramMarker next = upgrade(old, power, fetched(2));
                new Programs(folder, folder.resolve(next.slot()), power).confirm();
                done = true;
            } catch (PowerCut.Dark e) {
                assertThat(chosen("current").orElseThrow()).as(e.getMessage()).isTrue();
                assertThat(chosen("next").orElse(true)).as(e.getMessage()).isTrue();
                Files.deleteIfExists(folder.resolve("next"));
                Files.writeString(folder.resolve("current"), "a " + fetched(1).digest() + "\n");
            }
        }
        assertThat(cuts).isGreaterThan(10);
    }

    @Test
    void staysOnTrialWhereItCannotReadThatItIs() throws Exception {
        String slot = upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot();
        Path next = folder.resolve("next");
        byte[] marker = Files.readAllBytes(next);
        makeUnreadable(next);

        assertThatThrownBy(() -> running(slot).confirm()).isInstanceOf(IOException.class);

        Files.delete(next);
        Files.write(next, marker);
        running(slot).confirm();
        assertThat(folder.resolve("current")).hasBinaryContent(marker);
    }

    @Test
    void forgetsAMarkerThatCannotBeReadOnceItIsCurrent() throws Exception {
        String slot = upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot();
        running(slot).confirm();
        makeUnreadable(folder.resolve("next"));

        running(slot).confirm();

        assertThat(folder.resolve("next")).doesNotExist();
    }

    @Test
    void takesAProgramAgainWhoseMarkersCannotBeRead() throws Exception {
        running(upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot())
                .confirm();
        makeUnreadable(folder.resolve("current"));
        Programs installed = running("installed");

        assertThat(installed.isDecided(fetched(1).digest())).isFalse();
        ProgramMarker again = installed.stage(fetched(1));
        installed.tryNext(again);

        assertThat(chosen("next")).contains(true);
        assertThat(folder.resolve("current"))
                .as("it would name what was written over")
                .doesNotExist();
    }

    @Test
    void reportsWithoutARefusalThatCannotBeRead() throws Exception {
        String slot = upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot();
        running(slot).confirm();
        makeUnreadable(folder.resolve("refused"));

        assertThat(running(slot).report().getArtifactDigest())
                .isEqualTo(fetched(1).digest().hex());
        assertThat(running(slot).report().getRefusedDigest()).isEmpty();
    }

    @Test
    void knowsWhatItIsThoughItsMarkerCannotBeReadAnyMore() throws Exception {
        Programs upgraded = running(
                upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot());
        upgraded.confirm();
        makeUnreadable(folder.resolve("current"));

        assertThat(upgraded.report().getArtifactDigest())
                .isEqualTo(fetched(1).digest().hex());
        assertThat(upgraded.isDecided(fetched(1).digest())).isTrue();
    }

    @Test
    void takesTheNextProgramThoughItsOwnMarkerCannotBeRead() throws Exception {
        String slot = upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot();
        running(slot).confirm();
        makeUnreadable(folder.resolve("current"));

        assertThat(running(slot).stage(fetched(2)).slot()).isNotEqualTo(slot);
    }

    @Test
    void keepsTheProgramToGoBackToWhereItCannotReadWhichThatIs() throws Exception {
        running(upgrade(running("installed"), Steps.UNWATCHED, fetched(1)).slot())
                .confirm();
        String tried = upgrade(running("a"), Steps.UNWATCHED, fetched(2)).slot();
        makeUnreadable(folder.resolve("current"));

        assertThatThrownBy(() -> running(tried).stage(fetched(3))).isInstanceOf(IOException.class);

        assertThat(folder.resolve("a/release.dsse")).exists();
    }

    private static void makeUnreadable(Path marker) throws IOException {
        Files.deleteIfExists(marker);
        Files.createDirectory(marker);
    }

    @Test
    void refusesAnArtifactWithoutTheAgentsJar() throws Exception {
        FetchedArtifact suite = fetched(ToyArtifact.suite(64));

        assertThatThrownBy(() -> running("installed").stage(suite))
                .isInstanceOf(CorruptArtifactException.class)
                .hasMessageContaining("edge-agent.jar");
    }

    /** Whether the slot that a marker names holds what it names; empty where there is no marker. */
    private Optional<Boolean> chosen(String marker) throws IOException {
        Path file = folder.resolve(marker);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        ProgramMarker named = ProgramMarker.parse(Files.readAllBytes(file)).orElseThrow();
        Path slot = folder.resolve(named.slot());
        byte expected = named.artifact().equals(fetched(1).digest()) ? (byte) 1 : 2;
        return Optional.of(Files.exists(slot.resolve("release.dsse"))
                && Files.readAllBytes(slot.resolve("edge-agent.jar"))[0] == expected);
    }

    private static ProgramMarker upgrade(Programs programs, Steps steps, FetchedArtifact artifact)
            throws IOException, CorruptArtifactException {
        ProgramMarker staged = programs.stage(artifact);
        programs.tryNext(staged);
        steps.before("restart");
        return staged;
    }

    private Programs running(String slot) {
        return new Programs(
                folder,
                "installed".equals(slot) ? folder.resolveSibling("installed") : folder.resolve(slot),
                Steps.UNWATCHED);
    }

    private FetchedArtifact fetched(int content) throws IOException {
        return fetched(ToyArtifact.agent("toy64", new byte[] {(byte) content}));
    }

    private FetchedArtifact fetched(ToyArtifact artifact) throws IOException {
        Path release = folder.resolve(artifact.digest() + ".release");
        Path content = folder.resolve(artifact.digest() + ".content");
        Files.write(release, artifact.release());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        artifact.chunks().forEach(all::writeBytes);
        Files.write(content, all.toByteArray());
        try {
            return new FetchedArtifact(artifact.digest(), Manifest.parseFrom(artifact.manifest()), release, content);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
