package io.espalier.controller.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerProcessTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path jobs;

    private Path folder;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @BeforeEach
    void makeAJobFolder() throws IOException {
        folder = Files.createDirectory(jobs.resolve("job-1"));
    }

    @Test
    void handsOverEachLine() throws Exception {
        WorkerExit exit = start("progress").await(LONG);

        assertThat(exit.exitCode()).isZero();
        assertThat(exit.killedFromOutside()).isFalse();
        assertThat(lines).hasSize(2).first().asString().contains("fine-tune");
    }

    @Test
    void keepsTheEndOfAVeryLongError() throws Exception {
        WorkerExit exit = start("fail").await(LONG);

        assertThat(exit.exitCode()).isEqualTo(1);
        assertThat(exit.errorTail()).endsWith("line 9999").hasSizeLessThanOrEqualTo(16 * 1024);
    }

    @Test
    void killsAWorkerThatTakesTooLong() throws Exception {
        WorkerProcess worker = start("wait-for-stdin");
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("started");

        assertThat(worker.await(Duration.ofMillis(1)).ended()).isEqualTo(WorkerExit.Ended.BY_TIMEOUT);
    }

    @Test
    void stopsAWorkerOnRequest() throws Exception {
        WorkerProcess worker = start("wait-for-stdin");
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("started");
        worker.stop();

        assertThat(worker.await(LONG).ended()).isEqualTo(WorkerExit.Ended.BY_STOP);
    }

    @Test
    void reapsTheWorkerOfAKilledControllerAndRetriesIt() throws Exception {
        WorkerProcess worker = start("wait-for-stdin");
        assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("started");

        assertThat(OrphanWorkers.reap(jobs)).hasSize(1);
        assertThat(worker.await(LONG).killedFromOutside()).isTrue();
    }

    @Test
    void leavesNothingTemporaryOfAKilledWorker() throws Exception {
        WorkerProcess worker = start("unpack-and-wait");
        Path unpacked = Path.of(String.valueOf(lines.poll(30, TimeUnit.SECONDS)));
        assertThat(unpacked).exists().startsWith(folder);

        ProcessHandle.of(pid()).orElseThrow().destroyForcibly();
        assertThat(worker.await(LONG).killedFromOutside()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesNothingTemporaryOfTheWorkerOfAKilledController() throws Exception {
        start("unpack-and-wait");
        assertThat(Path.of(String.valueOf(lines.poll(30, TimeUnit.SECONDS)))).exists();

        assertThat(OrphanWorkers.reap(jobs)).hasSize(1);
        assertThat(folder).isEmptyDirectory();
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(folder.resolve("worker.pid")).split(" ")[0]);
    }

    @Test
    void reapsNothingByAPidThatNowBelongsToAnother() throws Exception {
        Files.writeString(folder.resolve("worker.pid"), ProcessHandle.current().pid() + " 12345");

        assertThat(OrphanWorkers.reap(jobs)).isEmpty();
    }

    @Test
    void saysWhatCannotBeStarted() {
        assertThatThrownBy(() -> WorkerProcess.start(List.of("/no/such/java"), Map.of(), folder, lines::add))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("/no/such/java");
    }

    private WorkerProcess start(String mode) {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Djava.io.tmpdir=" + JobFolders.temporary(folder),
                "-cp",
                System.getProperty("java.class.path"),
                FakeWorker.class.getName(),
                mode);
        return WorkerProcess.start(command, Map.of(), folder, lines::add);
    }
}
