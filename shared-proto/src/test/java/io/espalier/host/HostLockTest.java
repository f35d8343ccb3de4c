package io.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostLockTest {
    @TempDir
    Path folder;

    @Test
    void trainingRunsBesideTraining() throws Exception {
        try (OtherProcess other = new OtherProcess(folder, "training");
                HostLock.Held held = new HostLock(folder.resolve("lock")).forTraining()) {
            assertThat(held).isNotNull();
            assertThat(other.process.isAlive()).isTrue();
        }
    }

    @Test
    void aTimedRunWaitsForTrainingToEnd() throws Exception {
        CompletableFuture<HostLock.Held> timed;
        try (OtherProcess other = new OtherProcess(folder, "training")) {
            timed = takeInBackground("timed");
            stillWaits(timed);
            other.release();
            timed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTimedRunWaitsForAnotherTimedRun() throws Exception {
        try (OtherProcess other = new OtherProcess(folder, "timed")) {
            CompletableFuture<HostLock.Held> timed = takeInBackground("timed");
            stillWaits(timed);
            other.release();
            timed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aKilledHolderFreesTheLock() throws Exception {
        try (OtherProcess other = new OtherProcess(folder, "timed")) {
            CompletableFuture<HostLock.Held> timed = takeInBackground("timed");
            stillWaits(timed);
            other.process.destroyForcibly();
            timed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysWhichFileCannotBeLocked() {
        Path path = folder.resolve("absent").resolve("lock");

        assertThatThrownBy(() -> new HostLock(path).forTimedRun())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(path.toString());
    }

    @Test
    void isFreeAgainAfterAFailure() throws Exception {
        HostLock lock = new HostLock(folder.resolve("late").resolve("lock"));
        assertThatThrownBy(lock::forTimedRun).isInstanceOf(UncheckedIOException.class);
        Files.createDirectory(folder.resolve("late"));

        try (HostLock.Held held = lock.forTimedRun()) {
            assertThat(held).isNotNull();
        }
    }

    private static void stillWaits(CompletableFuture<HostLock.Held> taking) {
        assertThatThrownBy(() -> taking.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    }

    private CompletableFuture<HostLock.Held> takeInBackground(String kind) {
        HostLock lock = new HostLock(folder.resolve("lock"));
        CompletableFuture<HostLock.Held> taken = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (HostLock.Held held = kind.equals("timed") ? lock.forTimedRun() : lock.forTraining()) {
                taken.complete(held);
            } catch (RuntimeException e) {
                taken.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return taken;
    }

    /** A JVM that holds the lock until told to let go: file locks exclude processes, not threads. */
    private static final class OtherProcess implements AutoCloseable {
        final Process process;

        OtherProcess(Path folder, String kind) throws IOException {
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LockHolder.class.getName(),
                            folder.resolve("lock").toString(),
                            kind))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            assertThat(line).isEqualTo("held");
        }

        void release() throws IOException {
            process.getOutputStream().close();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
