package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.PatchImages;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.UnlabelledSamples;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.training.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The test part of a data set is for the last numbers: nothing is chosen by it. */
class TestPartTest {
    private static final String EVALUATE = "evaluate";

    /** Of the campaign, as they begin. */
    private final List<String> stages = new CopyOnWriteArrayList<>();

    /** In which a test sample or its label was read, "before" the first one. */
    private final Set<String> readIn = ConcurrentHashMap.newKeySet();

    @Test
    void isNotReadBeforeAClassifierIsFinished() {
        isReadAtTheEndOnly(Purpose.CLASSIFICATION, AskedPrecision.FLOAT32);
    }

    @Test
    void isNotReadBeforeIntegersWereHeldAgainstFloats() {
        isReadAtTheEndOnly(Purpose.CLASSIFICATION, AskedPrecision.AUTO);

        assertThat(stages).contains("integers");
    }

    @Test
    void isNotReadBeforeAModelForRegressionIsFinished() {
        isReadAtTheEndOnly(Purpose.REGRESSION, AskedPrecision.FLOAT32);
    }

    private void isReadAtTheEndOnly(Purpose purpose, AskedPrecision precision) {
        Samples test = PatchImages.samples(160, 2);
        Task task = task(purpose, precision, 1, new Watched(purpose.needsLabels() ? test : UnlabelledSamples.of(test)));
        readIn.clear(); // A data set looks all its labels over.

        run(task);

        assertThat(stages).containsOnlyOnce(EVALUATE).endsWith(EVALUATE);
        assertThat(readIn).containsExactly(EVALUATE);
    }

    /** Several rounds evaluate on the way, so a later one could choose by what it sees there. */
    @Test
    void changesNoBitOfWhatSeveralRoundsMake() {
        Variant one = run(task(Purpose.CLASSIFICATION, AskedPrecision.AUTO, 2, PatchImages.samples(160, 2)));
        Variant other = run(task(Purpose.CLASSIFICATION, AskedPrecision.AUTO, 2, ofOneClass(40)));

        assertThat(stages.stream().filter(EVALUATE::equals))
                .as("both rounds, twice")
                .hasSize(4);
        assertThat(other.after()).isNotEqualTo(one.after());
        assertThat(other.onnx()).isEqualTo(one.onnx());
    }

    private static Samples ofOneClass(int count) {
        int[] first = new int[count];
        for (int i = 0; i < count; i++) {
            first[i] = i * PatchImages.CLASSES;
        }
        return PatchImages.samples(count * PatchImages.CLASSES, 3).select(first);
    }

    private Variant run(Task task) {
        return StandInTrainer.run(
                task,
                StandInTrainer.IDLE,
                Checkpoints.NONE,
                (stage, done, total, left, message) -> stages.add(stage),
                variant -> {});
    }

    private static Task task(Purpose purpose, AskedPrecision precision, int rounds, Samples test) {
        Dataset labelled = PatchImages.dataset();
        boolean labels = purpose.needsLabels();
        return new Task(
                purpose,
                IntegerFormsTest.BASE,
                new Dataset(
                        labelled.digest(),
                        labels ? labelled.classNames() : List.of(),
                        labels ? labelled.train() : UnlabelledSamples.of(labelled.train()),
                        test),
                InputContract.RAW,
                Recipe.DEFAULT.with(parts -> {
                    parts.epochs = 2;
                    parts.rounds = rounds;
                    parts.importance = Recipe.Criterion.L1;
                    parts.precision = precision;
                }),
                IntegerFormsTest.A_THIRD_OF_THE_SIZE,
                Optional.empty());
    }

    /** Remembers in which stage it was read. */
    private final class Watched implements Samples {
        private final Samples watched;

        Watched(Samples watched) {
            this.watched = watched;
        }

        private void read() {
            readIn.add(stages.isEmpty() ? "before" : stages.get(stages.size() - 1));
        }

        @Override
        public SampleShape shape() {
            return watched.shape();
        }

        @Override
        public int size() {
            return watched.size();
        }

        @Override
        public int label(int index) {
            read();
            return watched.label(index);
        }

        @Override
        public void copyRaw(int index, float[] target, int offset) {
            read();
            watched.copyRaw(index, target, offset);
        }

        @Override
        public Samples select(int[] indices) {
            return new Watched(watched.select(indices));
        }
    }
}
