package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.PatchImages;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.PrecisionChoice.Precision;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.TrainingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A campaign that is stopped while a wider network is trained for integers, with all rounds in float behind it. */
class StoppedIntegersTest {
    private final RememberedCheckpoint kept = new RememberedCheckpoint();
    /** Of each training so far. */
    private final List<Integer> epochs = new ArrayList<>();

    private int failsAt;

    @Test
    void goesOnBehindItsOnlyRound() {
        goesOnBehindTheTrainingInFloat(task(1, 0), 1);
    }

    @Test
    void goesOnBehindTheLastOfItsRounds() {
        goesOnBehindTheTrainingInFloat(task(2, 0), 2);
    }

    @Test
    void goesOnWithTheWeightsThatAreHeldAtZero() {
        goesOnBehindTheTrainingInFloat(task(2, 0.5), 2);
    }

    @Test
    void keepsNothingBehindTheLastRoundWhereNoIntegersAreTried() {
        Task floats = task(1, 0);
        run(floats.with(floats.recipe().with(parts -> parts.precision = AskedPrecision.FLOAT32)));

        assertThat(kept.latest(floats)).isEmpty();
    }

    private void goesOnBehindTheTrainingInFloat(Task task, int rounds) {
        Variant undisturbed = StandInTrainer.run(task, StandInTrainer.IDLE, Checkpoints.NONE);
        assertThat(undisturbed.encoding().choice().precision()).isEqualTo(Precision.INT8);
        failsAt = rounds + 1;
        assertThatIllegalStateException().isThrownBy(() -> run(task)).withMessage("stopped");
        assertThat(epochs).hasSize(rounds + 1);

        failsAt = 0;
        epochs.clear();
        Variant resumed = run(task);

        assertThat(epochs).as("of the wider one only").hasSize(1);
        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
        assertThat(resumed).usingRecursiveComparison().ignoringFields("onnx").isEqualTo(undisturbed);
    }

    private Variant run(Task task) {
        return StandInTrainer.run(task, new StandInTrainer(this::count, graph -> graph), kept);
    }

    private TrainingRequest count(TrainingRequest request) {
        epochs.add(request.settings().epochs());
        if (epochs.size() == failsAt) {
            throw new IllegalStateException("stopped");
        }
        return request;
    }

    private static Task task(int rounds, double sparsity) {
        return new Task(
                Purpose.CLASSIFICATION,
                IntegerFormsTest.BASE,
                PatchImages.dataset(),
                InputContract.RAW,
                Recipe.DEFAULT.with(parts -> {
                    parts.epochs = 2;
                    parts.rounds = rounds;
                    parts.importance = Recipe.Criterion.L1;
                    parts.precision = AskedPrecision.AUTO;
                    parts.sparsity = sparsity;
                }),
                IntegerFormsTest.A_THIRD_OF_THE_SIZE,
                Optional.empty());
    }
}
