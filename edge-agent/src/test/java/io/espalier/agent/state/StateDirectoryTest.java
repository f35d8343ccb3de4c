package io.espalier.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void refusesASecondAgent() throws Exception {
        try (StateDirectory first = StateDirectory.open(folder.resolve("state"))) {
            assertThatThrownBy(() -> StateDirectory.open(folder.resolve("state")))
                    .isInstanceOf(StateUnusableException.class)
                    .hasMessageContaining("in use by another agent");
            assertThat(first.file("active").getParent()).isEqualTo(folder.resolve("state"));
        }
        StateDirectory.open(folder.resolve("state")).close();
    }

    @Test
    void namesAPathThatIsNoFolder() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> StateDirectory.open(file))
                .isInstanceOf(StateUnusableException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("writable folder");
    }

    @Test
    void saysWhatToDoAboutTheDisk() {
        assertThat(StateUnusableException.of(folder, new IOException("No space left on device")))
                .hasMessageContaining("make room there");
        assertThat(StateUnusableException.of(folder, new IOException("Input/output error")))
                .hasMessageContainingAll("Input/output error", "wrong with that disk", "another disk");
        assertThat(StateUnusableException.of(folder, new AccessDeniedException("lock")))
                .hasMessageContaining("let this user read and write there");
    }

    @Test
    void opensADiskThatIsReadOnlyWhereAModelServed() throws Exception {
        Path root = Files.createDirectory(folder.resolve("state"));
        Files.createDirectory(root.resolve("lock")); // Not even the superuser can write to it, as on such a disk.
        Files.writeString(root.resolve("epoch"), "41");
        Files.writeString(root.resolve("enrolment.json"), "{}");
        assertThatThrownBy(() -> StateDirectory.open(root)).isInstanceOf(StateUnusableException.class);
        Files.writeString(root.resolve("active"), "a");

        Path spool;
        try (StateDirectory state = StateDirectory.open(root)) {
            assertThat(state.damage().orElseThrow())
                    .contains(root.toString())
                    .contains("serves the model that is there");
            assertThatThrownBy(() -> StateDirectory.open(root)).hasMessageContaining("in use by another agent");
            assertThat(state.file("active")).hasContent("a");
            assertThat(state.file("epoch")).hasContent("41").doesNotHave(inside(root));
            spool = state.folder("spool");
            Files.writeString(spool.resolve("1.log"), "telemetry");
            assertThat(spool).doesNotHave(inside(root));
        }
        assertThat(spool.getParent()).doesNotExist();
        assertThat(root.resolve("active")).exists();
    }

    @Test
    void drawsEpochsThatGrowThoughTheClockGoesBack() throws Exception {
        Path file = folder.resolve("epoch");
        long first = new Epochs(file, at(5_000)).drawAbove(0);
        long second = new Epochs(file, at(1_000)).drawAbove(0);
        long third = new Epochs(file, at(1_000)).drawAbove(9_000);

        assertThat(first).isEqualTo(5_000);
        assertThat(second).isEqualTo(5_001);
        assertThat(third).isEqualTo(9_001);
    }

    private static Condition<Path> inside(Path root) {
        return new Condition<>(path -> path.startsWith(root), "inside %s", root);
    }

    private static Clock at(long millis) {
        return Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
    }
}
