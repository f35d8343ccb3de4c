package io.espalier.demo.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    @TempDir
    Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Supervisor supervisor = new Supervisor(told::add);

    @AfterEach
    void stop() {
        supervisor.close();
    }

    /** A child that writes down its start and its end, and says READY in between. */
    private ChildSpec child(String name) {
        return shell(
                name,
                "echo start-$0 >> $1/story; trap 'echo stop-$0 >> $1/story; exit 0' TERM; echo READY $0; "
                        + "while read -r line; do :; done; wait");
    }

    private ChildSpec shell(String name, String script) {
        return new ChildSpec(
                name,
                List.of("/bin/bash", "-c", script, name, folder.toString()),
                Map.of(),
                folder.resolve("logs").resolve(name + ".log"),
                new Readiness.Line("READY"),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10));
    }

    private long processId(String name) {
        return Objects.requireNonNull(supervisor.processIds().get(name), name);
    }

    private void kill(String name) {
        ProcessHandle.of(processId(name)).orElseThrow().destroyForcibly();
    }

    @Test
    void startsInOrderAndStopsInTheOppositeOrder() throws Exception {
        supervisor.start(child("stack"));
        supervisor.start(child("controller"));
        supervisor.start(child("agent"));
        supervisor.close();
        assertThat(Files.readAllLines(folder.resolve("story")))
                .containsExactly(
                        "start-stack",
                        "start-controller",
                        "start-agent",
                        "stop-agent",
                        "stop-controller",
                        "stop-stack");
        assertThat(supervisor.processIds()).isEmpty();
    }

    @Test
    void startsAgainWhatDies() throws Exception {
        supervisor.start(child("controller"));
        long first = processId("controller");
        kill("controller");
        assertThat(told.poll(20, TimeUnit.SECONDS)).contains("controller ended unexpectedly (exit code 137)");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("controller is running again");
        assertThat(processId("controller")).isNotEqualTo(first);
        assertThat(supervisor.restarts("controller")).isEqualTo(1);
        assertThat(supervisor.failure()).isEmpty();
    }

    @Test
    void startsAgainWhatIsKilledBeforeItIsReady() throws Exception {
        supervisor.start(
                shell("stack", "[ -e $1/killed ] || { touch $1/killed; kill -9 $$; }; echo READY; read -r line"));
        assertThat(supervisor.restarts("stack")).isEqualTo(1);
        assertThat(supervisor.processIds()).containsKey("stack");
        assertThat(supervisor.failure()).isEmpty();
    }

    @Test
    void aStartEndsQuietlyWhenEverythingIsStopped() throws Exception {
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread starting = new Thread(() -> {
            try {
                supervisor.start(shell("stack", "echo started > $1/pipe; read -r line; exit 1"));
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        starting.start();
        assertThat(Files.readString(pipe)).isEqualTo("started\n");
        supervisor.close();
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> supervisor.start(child("agent"))).isInstanceOf(InterruptedException.class);
    }

    @Test
    void givesUpOnWhatIsKilledEachTimeBeforeItIsReady() {
        Supervisor impatient = new Supervisor(told::add, Duration.ofMillis(1), Duration.ofMinutes(1));
        assertThatThrownBy(() -> impatient.start(shell("stack", "kill -9 $$")))
                .isInstanceOf(ChildFailedException.class)
                .hasMessageContaining("7 times; not started again");
        impatient.close();
        assertThat(told).last().asString().contains("stack ended unexpectedly", "7 times", "stack.log");
    }

    @Test
    void startsOneAgainWhileAnotherIsNotReadyYet() throws Exception {
        Path gate = folder.resolve("gate");
        new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
        supervisor.start(shell(
                "stack", "[ ! -e $1/again ] || read -r line < $1/gate; touch $1/again; echo READY; read -r line"));
        supervisor.start(child("agent"));

        kill("stack");
        assertThat(told.poll(20, TimeUnit.SECONDS)).contains("stack ended unexpectedly");
        kill("agent");

        assertThat(told.poll(20, TimeUnit.SECONDS)).contains("agent ended unexpectedly");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("agent is running again");
        Files.writeString(gate, "open\n");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("stack is running again");
    }

    @Test
    void forgivesTheRestartsOfAChildThatWasReadyLongEnough() throws Exception {
        Supervisor forgiving = new Supervisor(told::add, Duration.ofMillis(1), Duration.ZERO);
        forgiving.start(child("agent"));
        for (int i = 0; i < 8; i++) {
            long pid = Objects.requireNonNull(forgiving.processIds().get("agent"));
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            assertThat(told.poll(20, TimeUnit.SECONDS)).contains("starting it again");
            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("agent is running again");
        }
        assertThat(forgiving.restarts("agent")).isEqualTo(8);
        assertThat(forgiving.failure()).isEmpty();
        forgiving.close();
    }

    @Test
    void showsTheEndOfTheLogOfAChildThatNeverGetsReady() {
        ChildSpec broken = shell("stack", "echo cannot bind port 1883 >&2; exit 4");
        assertThatThrownBy(() -> supervisor.start(broken))
                .isInstanceOf(ChildFailedException.class)
                .hasMessageContaining("stack stopped with exit code 4")
                .hasMessageContaining("stack.log");
    }

    @Test
    void leavesNoGrandchildBehind() throws Exception {
        supervisor.start(
                shell("controller", "sleep 300 & echo $! > $1/grandchild; echo READY; trap 'exit 0' TERM; wait"));
        long grandchild =
                Long.parseLong(Files.readString(folder.resolve("grandchild")).strip());
        ProcessHandle handle = ProcessHandle.of(grandchild).orElseThrow();
        supervisor.close();
        handle.onExit().get(20, TimeUnit.SECONDS);
        assertThat(handle.isAlive()).isFalse();
    }

    @Test
    void keepsALogBounded() throws IOException {
        Path log = folder.resolve("small.log");
        try (BoundedLog bounded = new BoundedLog(log, 100)) {
            for (int i = 0; i < 50; i++) {
                bounded.line("line number " + i);
            }
            assertThat(bounded.tail()).hasSize(12).endsWith("line number 49");
        }
        assertThat(Files.size(log)).isLessThanOrEqualTo(100);
        assertThat(Files.size(folder.resolve("small.log.1"))).isLessThanOrEqualTo(100);
    }
}
