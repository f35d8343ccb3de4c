package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.data.UnlabelledSamples;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingFailedException;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuinousTrainingTest {
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);

    @Test
    void doesNotReachTheVariant() {
        Task task = task();
        Variant variant = new PruningCampaign(
                        new Workshop(Ruining::new, 1, Progress.SILENT, Turns.ALWAYS), Checkpoints.NONE)
                .run(task, Plan.of(task.base(), task.target(), task.device()));

        assertThat(variant.recovery())
                .isInstanceOfSatisfying(
                        Recovery.Fitted.class,
                        fitted -> assertThat(fitted.note())
                                .startsWith("not fine-tuned: training made it worse, 0.0 % after ")
                                .endsWith(
                                        "on the samples to choose by; the layers behind the cut were fitted by least squares"));
        assertThat(variant.after().score())
                .isGreaterThan(0.5)
                .isGreaterThan(variant.pruned().score());
    }

    @Test
    void isNoReasonToFailWhereItRunsAway() {
        Task task = task();
        Variant variant = new PruningCampaign(
                        new Workshop(RunningAway::new, 1, Progress.SILENT, Turns.ALWAYS), Checkpoints.NONE)
                .run(task, Plan.of(task.base(), task.target(), task.device()));

        assertThat(variant.recovery())
                .isInstanceOfSatisfying(
                        Recovery.Fitted.class,
                        fitted -> assertThat(fitted.note()).contains("training failed: the loss is no number"));
        assertThat(variant.after().score()).isGreaterThan(0.5);
    }

    private static Task task() {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 2, 1));
        BaseModel base = BaseModel.of(OnnxWriter.write(n.build(n.gemm(n.relu(n.gemm(n.flatten(x), 16)), 2))));
        Dataset data = new Dataset(
                "00",
                List.of(),
                UnlabelledSamples.of(ToyImages.samples(600, SHAPE, 1)),
                UnlabelledSamples.of(ToyImages.samples(100, SHAPE, 2)));
        return new Task(
                Purpose.REGRESSION,
                base,
                data,
                new InputContract(1 / 64.0, List.of(), List.of()),
                Recipe.DEFAULT,
                new Target(
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        OptionalLong.of(base.onnx().length * 7 / 10),
                        OptionalDouble.empty()),
                Optional.empty());
    }

    /** Loses every weight of the last layer. */
    private static final class Ruining implements Trainer {
        @Override
        public Optional<String> obstacle(Graph graph, Purpose purpose) {
            return Optional.empty();
        }

        @Override
        public TrainingResult train(TrainingRequest request) {
            Tensor weights = request.graph().constant("dense2_w");
            Graph ruined = request.graph()
                    .withInitializers(
                            Map.of("dense2_w", Tensor.ofFloats(new float[weights.elements()], weights.shape())));
            return new TrainingResult(ruined, OnnxWriter.write(ruined), 0.01, 0, 1, 1, 0);
        }

        @Override
        public Map<String, Tensor> gradients(Graph graph, Samples samples, InputContract contract, int batchSize) {
            throw new IllegalStateException("Regression has no gradients to ask for");
        }
    }

    /** Ends as a training whose loss is no number after every restart. */
    private static final class RunningAway implements Trainer {
        @Override
        public Optional<String> obstacle(Graph graph, Purpose purpose) {
            return Optional.empty();
        }

        @Override
        public TrainingResult train(TrainingRequest request) {
            throw new TrainingFailedException("the loss is no number");
        }

        @Override
        public Map<String, Tensor> gradients(Graph graph, Samples samples, InputContract contract, int batchSize) {
            throw new IllegalStateException("Regression has no gradients to ask for");
        }
    }
}
