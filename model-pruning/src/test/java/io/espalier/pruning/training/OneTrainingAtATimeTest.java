package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OneTrainingAtATimeTest {
    private static final long LONG_SECONDS = 60;

    private final Samples samples = ToyImages.samples(64, new SampleShape(2, 8, 8), 1);
    private final Graph graph = TopologyZoo.graph("plain");
    private final CountDownLatch underWay = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @Test
    void aSecondTrainingWaitsForTheFirst() throws Exception {
        assertThat(endsWhileOneTrains(() -> new Dl4jTrainer(1).train(request())))
                .isFalse();
    }

    @Test
    void gradientsWaitForATraining() throws Exception {
        assertThat(endsWhileOneTrains(() -> new Dl4jTrainer(1).gradients(graph, samples, InputContract.RAW, 32)))
                .isFalse();
    }

    /** Whether this comes to its end while a training is under way, which goes on as soon as the other waits for it. */
    private boolean endsWhileOneTrains(Runnable second) throws Exception {
        FutureTask<TrainingResult> first =
                new FutureTask<>(() -> new Dl4jTrainer(1).train(request().takingTurns(this::heldTurn)));
        Thread training = new Thread(first, "first");
        training.start();
        assertThat(underWay.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();

        FutureTask<Boolean> other = new FutureTask<>(() -> {
            second.run();
            return mayGoOn.getCount() > 0;
        });
        Thread waiting = new Thread(other, "second");
        waiting.start();
        while (waiting.isAlive() && !isKeptOutBy(training, waiting)) {
            Thread.onSpinWait();
        }
        mayGoOn.countDown();
        assertThat(first.get(LONG_SECONDS, TimeUnit.SECONDS).lastLoss()).isFinite();
        return other.get(LONG_SECONDS, TimeUnit.SECONDS);
    }

    private static boolean isKeptOutBy(Thread owner, Thread thread) {
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
        return info != null && info.getLockOwnerId() == owner.getId();
    }

    private Turns.Turn heldTurn() {
        underWay.countDown();
        try {
            assertThat(mayGoOn.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return () -> {};
    }

    private TrainingRequest request() {
        return TrainingRequest.of(graph, samples, InputContract.RAW, TrainingSettings.of(1, 1));
    }
}
