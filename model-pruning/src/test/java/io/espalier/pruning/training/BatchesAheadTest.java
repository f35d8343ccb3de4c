package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchesAheadTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int BATCH = 8;
    private static final int PER_EPOCH = 5;
    private static final Samples SAMPLES = ToyImages.samples(PER_EPOCH * BATCH, new SampleShape(1, 4, 4), 2);
    private static final TrainingSettings SETTINGS =
            TrainingSettings.of(2, 5).withBatchSize(BATCH).withAugmentation(Augmentation.MIRROR_AND_SHIFT);

    @Test
    void givesTheBatchesThatPuttingThemTogetherInOrderGives() {
        Batches inOrder = batches(LabelGoal.of(2));
        inOrder.startEpoch(1);
        try (BatchesAhead ahead = new BatchesAhead(batches(LabelGoal.of(2)), 1)) {
            for (int batch = 0; batch < inOrder.perEpoch(); batch++) {
                inOrder.assemble(batch);
                Batch taken = ahead.take();
                assertThat(taken.values()).as("values of batch " + batch).isEqualTo(inOrder.values());
                assertThat(taken.targets()).as("targets of batch " + batch).isEqualTo(inOrder.targets());
            }
        }
    }

    @Test
    void anEpochThatWasLeftCanBeRepeated() {
        Batches batches = batches(LabelGoal.of(2));
        float[] first;
        try (BatchesAhead left = new BatchesAhead(batches, 0)) {
            first = left.take().values().clone();
            left.take();
        }
        try (BatchesAhead again = new BatchesAhead(batches, 0)) {
            assertThat(again.take().values()).isEqualTo(first);
        }
    }

    @Test
    void aFailureIsThatOfTheBatchesUser() {
        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    try (BatchesAhead ahead = failing(new IllegalStateException("the teacher is away"))) {
                        ahead.take();
                    }
                })
                .withMessage("the teacher is away");
    }

    @Test
    void aFailureIsToldEachTimeAndAsItIs() {
        OutOfMemoryError full = new OutOfMemoryError("no room for a batch");
        try (BatchesAhead ahead = failing(full)) {
            assertThatThrownBy(ahead::take).isSameAs(full);
            assertThatThrownBy(ahead::take).isSameAs(full);
        }
    }

    @Test
    void aFailureOfALaterBatchIsToldWhenItsTurnComes() {
        AtomicInteger asked = new AtomicInteger();
        try (BatchesAhead ahead = taught(() -> {
            if (asked.incrementAndGet() == 2) {
                throw new IllegalStateException("the teacher is away");
            }
        })) {
            ahead.take();
            assertThatIllegalStateException().isThrownBy(ahead::take).withMessage("the teacher is away");
        }
    }

    @Test
    void theNextBatchIsPutTogetherOnAnotherThreadWhileOneIsTrainedOn() throws InterruptedException {
        Queue<Thread> workers = new ConcurrentLinkedQueue<>();
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch trained = new CountDownLatch(1);
        try (BatchesAhead ahead = taught(() -> {
            workers.add(Thread.currentThread());
            begun.countDown();
            if (begun.getCount() == 0) {
                await(trained);
            }
        })) {
            ahead.take();
            await(begun);
            trained.countDown();
            ahead.take();
        }
        assertThat(workers).doesNotContain(Thread.currentThread());
        assertThat(workers.stream().distinct()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void oneBatchIsMadeAheadAndNoMore(int taken) throws InterruptedException {
        assertThat(madeWhenLeftAfter(taken)).isEqualTo(taken + 1);
    }

    @Test
    void behindTheLastBatchNoneIsMade() throws InterruptedException {
        assertThat(madeWhenLeftAfter(PER_EPOCH)).isEqualTo(PER_EPOCH);
    }

    @Test
    void closingWaitsForTheBatchThatIsBeingPutTogether() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch maySay = new CountDownLatch(1);
        AtomicBoolean said = new AtomicBoolean();
        AtomicBoolean saidBeforeClosed = new AtomicBoolean();
        BatchesAhead ahead = taught(() -> {
            begun.countDown();
            await(maySay);
            said.set(true);
        });
        await(begun);
        Thread closing = new Thread(() -> {
            ahead.close();
            saidBeforeClosed.set(said.get());
        });
        closing.start();
        while (closing.getState() != Thread.State.WAITING && closing.isAlive()) {
            Thread.onSpinWait();
        }
        maySay.countDown();
        closing.join(LONG.toMillis());
        assertThat(saidBeforeClosed).isTrue();
    }

    @Test
    void anInterruptedTrainingEnds() {
        try (BatchesAhead ahead = taught(() -> {})) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(ahead::take)
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).as("that it was interrupted").isTrue();
        }
    }

    /** How many batches are put together when the epoch is left after some; the thread that makes them must have ended by then. */
    private static int madeWhenLeftAfter(int taken) throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        AtomicReference<Thread> worker = new AtomicReference<>();
        try (BatchesAhead ahead = taught(() -> {
            worker.set(Thread.currentThread());
            made.incrementAndGet();
        })) {
            for (int batch = 0; batch < taken; batch++) {
                ahead.take();
            }
        }
        Thread maker = Objects.requireNonNull(worker.get());
        assertThat(maker).isNotSameAs(Thread.currentThread());
        maker.join(LONG.toMillis());
        assertThat(maker.isAlive()).as("whether the thread outlives its epoch").isFalse();
        return made.get();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toMillis(), TimeUnit.MILLISECONDS))
                    .as("whether what was waited for came")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BatchesAhead failing(Throwable failure) {
        return taught(() -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        });
    }

    /** Batches whose teacher does this for each of them. */
    private static BatchesAhead taught(Runnable teaching) {
        return new BatchesAhead(batches(new Taught(LabelGoal.of(2), teaching)), 0);
    }

    private static Batches batches(Goal goal) {
        return new Batches(SAMPLES, InputContract.RAW, SETTINGS, goal);
    }

    private record Taught(Goal labels, Runnable teaching) implements Goal {
        @Override
        public void teach(float[] values, int batch, float[] rows) {
            teaching.run();
        }

        @Override
        public boolean isTaught() {
            return true;
        }

        @Override
        public Purpose purpose() {
            return labels.purpose();
        }

        @Override
        public int outputs() {
            return labels.outputs();
        }

        @Override
        public int targets() {
            return labels.targets();
        }

        @Override
        public RowLoss loss() {
            return labels.loss();
        }

        @Override
        public double ignorance() {
            return labels.ignorance();
        }

        @Override
        public void write(int label, float[] taught, int row, float[] targets, int from) {
            labels.write(label, taught, row, targets, from);
        }

        @Override
        public Goal untaught() {
            return labels;
        }
    }
}
