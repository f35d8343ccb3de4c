package io.espalier.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.toys.DeadlyModels;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.agent.toys.ToySlot;
import io.espalier.agent.trial.Preflight.Deadly;
import io.espalier.agent.trial.Preflight.Outcome;
import io.espalier.agent.trial.Preflight.Outlived;
import io.espalier.agent.trial.Preflight.Unknown;
import io.espalier.proto.v1.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PreflightProcessTest {
    private static final byte[] GOLDEN = ToyModels.golden(1).toByteArray();
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final int MORE_THAN_A_PIPE_HOLDS = 1 << 20;
    private static final Duration START_OF_A_JVM = Duration.ofMillis(1500);

    @TempDir
    Path folder;

    @BeforeAll
    static void unpackTheRuntime() {
        ToyRuntime.trueSpeed();
    }

    @AfterEach
    void leavesNoProcessBehind() {
        for (ProcessHandle child : children()) {
            assertThat(child.onExit()).succeedsWithin(AMPLE);
        }
    }

    @Test
    void hasNothingAgainstAModelThatAnswers() throws Exception {
        assertThat(outcome(ToyModels.columnSums())).isInstanceOf(Outlived.class);
    }

    @Test
    void leavesToTheTrialWhatIsWrongButDoesNoHarm() throws Exception {
        assertThat(outcome(ToyModels.unknownOperator())).isInstanceOf(Outlived.class);
    }

    @Test
    void outlivesAModelThatTheRuntimeCrashesOn() throws Exception {
        assertThat(outcome(DeadlyModels.deepTree()))
                .isInstanceOfSatisfying(
                        Deadly.class, deadly -> assertThat(deadly.how()).matches("died \\((SIGSEGV|signal 11)\\)"));
    }

    @Test
    void endsAModelThatNeverAnswers() throws Exception {
        Duration limit = Duration.ofSeconds(3);
        PreflightProcess impatient = new PreflightProcess(1, limit, PreflightProcess.jvm());

        assertThat(impatient.of(staged(DeadlyModels.neverAnswers()))).isEqualTo(new Deadly("gave no answer for 3 s"));
    }

    @Test
    void holdsNothingAgainstAModelWhereNoProcessComesToIt() throws Exception {
        String java = PreflightProcess.jvm().get(0);
        assertThat(with(List.of(folder.resolve("no-java").toString()))).isInstanceOf(Unknown.class);
        assertThat(with(List.of(java, "-XX:+NoSuchOption")))
                .isEqualTo(new Unknown("ended before it began, with exit code 1"));
    }

    @Test
    void saysHowAProcessEndedThatDidNotHearItOut() throws Exception {
        StoredModel staged = staged(DeadlyModels.deepTree());
        Manifest.Builder longer = staged.manifest().toBuilder();
        longer.getVariantBuilder().getInputBuilder().addAllShape(Collections.nCopies(MORE_THAN_A_PIPE_HOLDS, 1));
        StoredModel talkative = new StoredModel(
                staged.slot(), staged.folder(), staged.artifactDigest(), longer.build(), staged.release());

        PreflightProcess deaf =
                new PreflightProcess(1, AMPLE, List.of(PreflightProcess.jvm().get(0), "-XX:+NoSuchOption"));

        assertThat(deaf.of(talkative)).isEqualTo(new Unknown("ended before it began, with exit code 1"));
    }

    @Test
    void holdsNothingAgainstAModelWhoseProcessIsEndedFromOutside() throws Exception {
        Attempt attempt = attempt(DeadlyModels.neverAnswers());
        for (int run = 0; run < 2; run++) {
            ProcessHandle child = computing();
            child.destroyForcibly();
            assertThat(child.onExit()).succeedsWithin(AMPLE);
        }

        assertThat(attempt.outcome())
                .succeedsWithin(AMPLE)
                .isEqualTo(new Unknown("was ended from outside, with exit code 137"));
    }

    @Test
    void isNotMistakenInWhatElseTheJvmSays() throws Exception {
        List<String> talkative = new ArrayList<>(PreflightProcess.jvm());
        talkative.add(1, "-Xlog:startuptime,class+load");

        assertThat(new PreflightProcess(1, AMPLE, talkative).of(staged(ToyModels.columnSums())))
                .isInstanceOf(Outlived.class);
        assertThat(new PreflightProcess(1, AMPLE, talkative).of(staged(DeadlyModels.deepTree())))
                .isInstanceOf(Deadly.class);
    }

    @Test
    void endsTheProcessWhenItIsNoLongerWaitedFor() throws Exception {
        Attempt attempt = attempt(DeadlyModels.neverAnswers());
        computing();
        attempt.thread().interrupt();

        assertThat(attempt.outcome())
                .failsWithin(AMPLE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(InterruptedException.class);
    }

    private Outcome outcome(byte[] onnx) throws Exception {
        return new PreflightProcess(1).of(staged(onnx));
    }

    private Outcome with(List<String> jvm) throws Exception {
        return new PreflightProcess(1, AMPLE, jvm).of(staged(DeadlyModels.deepTree()));
    }

    /** A preflight that goes on. */
    private record Attempt(Thread thread, CompletableFuture<Outcome> outcome) {}

    private Attempt attempt(byte[] onnx) throws Exception {
        StoredModel staged = staged(onnx);
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(new PreflightProcess(1).of(staged));
            } catch (InterruptedException | RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        thread.start();
        return new Attempt(thread, outcome);
    }

    private StoredModel staged(byte[] onnx) throws IOException, CorruptArtifactException {
        return ToySlot.staged(folder, ToyArtifact.model(onnx, GOLDEN, 1 << 10));
    }

    /** The child, once it has computed for so long that it must be the model that does. */
    private static ProcessHandle computing() {
        long deadline = System.nanoTime() + AMPLE.toNanos();
        while (System.nanoTime() < deadline) {
            for (ProcessHandle child : children()) {
                Duration computed = child.info().totalCpuDuration().orElse(Duration.ZERO);
                if (child.isAlive() && computed.compareTo(START_OF_A_JVM) > 0) {
                    return child;
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new AssertionError("no process began to compute within " + AMPLE);
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().toList();
    }
}
