package io.espalier.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.toys.DeadlyModels;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToySlot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightProcessTest {
    private static final byte[] WHITE = ToyModels.golden(1).toByteArray();

    @TempDir
    Path folder;

    @BeforeAll
    static void unpackTheRuntime() {
        ToyRuntime.trueSpeed();
    }

    @Test
    void hasNothingAgainstAModelThatAnswers() throws Exception {
        assertThat(complaint(ToyModels.columnSums())).isEmpty();
    }

    @Test
    void leavesToTheTrialWhatIsWrongButDoesNoHarm() throws Exception {
        assertThat(complaint(ToyModels.unknownOperator())).isEmpty();
    }

    @Test
    void outlivesAModelThatTheRuntimeCrashesOn() throws Exception {
        assertThat(complaint(DeadlyModels.deepTree()).orElseThrow())
                .matches("a process that tried it died \\((SIGSEGV|signal 11)\\), as did one before it");
    }

    @Test
    void endsAModelThatNeverAnswers() throws Exception {
        PreflightProcess impatient = new PreflightProcess(1, Duration.ofSeconds(2), PreflightProcess.jvm());

        assertThat(impatient.complaint(staged(DeadlyModels.neverAnswers())))
                .contains("a process that tried it gave no answer for 2 s");
        assertThatNoneIsLeft();
    }

    @Test
    void doesNotHoldItAgainstAModelThatNoProcessCanBeStarted() throws Exception {
        for (List<String> broken : List.of(
                List.of(folder.resolve("no-java").toString()),
                List.of(PreflightProcess.jvm().get(0), "-XX:+NoSuchOption"))) {
            PreflightProcess unable = new PreflightProcess(1, Duration.ofSeconds(30), broken);

            assertThat(unable.complaint(staged(DeadlyModels.deepTree()))).isEmpty();
        }
    }

    @Test
    void endsTheProcessWhenItIsNoLongerWaitedFor() throws Exception {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Thread trying = new Thread(() -> {
            try {
                answer.complete(new PreflightProcess(1).complaint(staged(DeadlyModels.neverAnswers())));
            } catch (InterruptedException | IOException | CorruptArtifactException e) {
                answer.completeExceptionally(e);
            }
        });
        trying.start();
        while (children().isEmpty()) {
            Thread.onSpinWait();
        }
        trying.interrupt();

        assertThat(answer)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(InterruptedException.class);
        assertThatNoneIsLeft();
    }

    private Optional<String> complaint(byte[] onnx) throws Exception {
        return new PreflightProcess(1).complaint(staged(onnx));
    }

    private StoredModel staged(byte[] onnx) throws IOException, CorruptArtifactException {
        return ToySlot.staged(folder, ToyArtifact.model(onnx, WHITE, 64));
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().toList();
    }

    /** Fails where one is still there after some seconds. */
    private static void assertThatNoneIsLeft() {
        for (ProcessHandle child : children()) {
            assertThat(child.onExit()).succeedsWithin(Duration.ofSeconds(10));
        }
    }
}
