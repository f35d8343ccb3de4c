package io.espalier.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private final CompletableFuture<ExitCode> end = new CompletableFuture<>();
    private final Workers workers = new Workers(() -> end.complete(ExitCode.FAILED));

    @AfterEach
    void stop() {
        workers.stop();
    }

    @Test
    void endsTheProcessWhenAThreadEndsByAnError() throws Exception {
        workers.start("hungry", () -> {
            throw new OutOfMemoryError("as a model that is too large");
        });

        assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void doesNotTakeAThreadThatEndsByItselfForAFailure() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        workers.start("brief", done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        workers.stop();
        assertThat(end).isNotDone();
    }
}
