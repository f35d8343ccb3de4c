package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.training.TrainingFailedException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuinousTrainingTest {
    @Test
    void doesNotReachTheVariant() {
        Task task = task();
        Variant variant = StandInTrainer.run(
                task, StandInTrainer.of(RuinousTrainingTest::withoutItsLastWeights), Checkpoints.NONE);

        assertThat(variant.recovery())
                .isInstanceOfSatisfying(
                        Recovery.Fitted.class,
                        fitted -> assertThat(fitted.note())
                                .matches("not fine-tuned: training made it worse, (under )?−[\\d.,]+ % after .*")
                                .endsWith(
                                        "on the samples to choose by; the layers behind the cut were fitted by least squares"));
        assertThat(variant.after().score())
                .isGreaterThan(0.5)
                .isGreaterThan(variant.pruned().score());
    }

    @Test
    void isNoReasonToFailWhereItRunsAway() {
        Task task = task();
        Variant variant = StandInTrainer.run(task, StandInTrainer.of(RuinousTrainingTest::runAway), Checkpoints.NONE);

        assertThat(variant.recovery())
                .isInstanceOfSatisfying(
                        Recovery.Fitted.class,
                        fitted -> assertThat(fitted.note()).contains("training failed: the loss is no number"));
        assertThat(variant.after().score()).isGreaterThan(0.5);
    }

    private static Task task() {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 2, 1));
        return UnlabelledTasks.fitting(0.7, n.build(n.gemm(n.relu(n.gemm(n.flatten(x), 16)), 2)), Recipe.DEFAULT);
    }

    private static Graph withoutItsLastWeights(Graph graph) {
        Tensor weights = graph.constant("dense2_w");
        return graph.withInitializers(
                Map.of("dense2_w", Tensor.ofFloats(new float[weights.elements()], weights.shape())));
    }

    private static Graph runAway(Graph graph) {
        throw new TrainingFailedException("the loss is no number");
    }
}
