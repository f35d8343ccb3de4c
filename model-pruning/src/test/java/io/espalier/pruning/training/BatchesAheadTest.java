package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import org.junit.jupiter.api.Test;

class BatchesAheadTest {
    private static final Samples SAMPLES = ToyImages.samples(40, new SampleShape(1, 4, 4), 2);
    private static final TrainingSettings SETTINGS =
            TrainingSettings.of(2, 5).withBatchSize(8).withAugmentation(Augmentation.MIRROR_AND_SHIFT);

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

    private static BatchesAhead failing(Throwable failure) {
        return new BatchesAhead(batches(new TaughtByNobody(LabelGoal.of(2), failure)), 0);
    }

    private static Batches batches(Goal goal) {
        return new Batches(SAMPLES, InputContract.RAW, SETTINGS, goal);
    }

    private record TaughtByNobody(Goal labels, Throwable failure) implements Goal {
        @Override
        public void teach(float[] values, int batch, float[] rows) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
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
