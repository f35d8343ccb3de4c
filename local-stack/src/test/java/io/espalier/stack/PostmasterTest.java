package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterTest {
    @TempDir
    Path data;

    @Test
    void leavesAProcessAloneThatGotThePidOfADeadPostgres() throws Exception {
        Process other = new ProcessBuilder("sh", "-c", "read -r _").start();
        try {
            record(other.pid(), other.info().startInstant().orElseThrow().getEpochSecond());

            Postmaster.reap(data);

            assertThat(other.isAlive()).isTrue();
            assertThat(data.resolve("postmaster.pid")).doesNotExist();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void removesTheRecordOfAProcessThatIsGone() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        record(gone.pid(), Instant.now().getEpochSecond());

        Postmaster.reap(data);

        assertThat(data.resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    void findsNobodyInARecordCutShort() throws IOException {
        Files.writeString(data.resolve("postmaster.pid"), "12");

        assertThat(Postmaster.owning(data)).isEmpty();
    }

    private void record(long pid, long startedAtSeconds) throws IOException {
        Files.writeString(data.resolve("postmaster.pid"), pid + "\n" + data + "\n" + startedAtSeconds + "\n5432\n");
    }
}
