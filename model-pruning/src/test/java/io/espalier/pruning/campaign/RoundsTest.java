package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A target that is approached in rounds, and a run of them that is stopped. */
class RoundsTest {
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);
    private static final int ROUNDS = 3;
    private static final Task TASK = task();

    private final Remembering kept = new Remembering();
    private final Counting trainer = new Counting();

    @Test
    void comeNearerToTheTargetByLikeSteps() {
        Variant variant = run();

        assertThat(variant.rounds()).extracting(Variant.Round::number).containsExactly(1, 2, 3);
        long whole = TASK.base().onnx().length;
        long asked = TASK.target().sizeBytes().getAsLong();
        assertThat(variant.rounds()).allSatisfy(round -> {
            double step = whole * Math.pow((double) asked / whole, (double) round.number() / ROUNDS);
            assertThat(round.cost().sizeBytes()).isBetween((long) (step * 0.75), (long) (step * 1.01));
        });
        assertThat(variant.onnx().length).isLessThanOrEqualTo((int) asked);
    }

    @Test
    void shareTheEpochsOutAndLeaveTheRestToTheLast() {
        Variant variant = run();

        assertThat(variant.rounds()).extracting(Variant.Round::epochs).containsExactly(2, 2, 3);
        assertThat(trainer.epochs).containsExactly(2, 2, 3);
    }

    @Test
    void sayWhichChannelsOfTheUnprunedNetworkAreLeft() {
        Variant variant = run();

        Graph made = BaseModel.of(variant.onnx()).graph();
        Graph whole = TASK.base().graph();
        Variant.Kept first = variant.groups().get(0);
        assertThat(first.layer()).isEqualTo("conv1");
        assertThat(first.channels()).hasSize(made.constant("conv1_w").shape().dim(0));
        float[] biases = whole.constant("conv1_b").floats();
        float[] left = made.constant("conv1_b").floats();
        for (int i = 0; i < left.length; i++) {
            assertThat(left[i]).isEqualTo(biases[first.channels().get(i)]);
        }
    }

    @Test
    void goOnBehindTheLastWholeOneAfterAStop() {
        Variant undisturbed = run();
        trainer.epochs.clear();
        Remembering again = new Remembering();
        trainer.failsAt = 3;
        assertThatIllegalStateException().isThrownBy(() -> run(again)).withMessage("stopped");

        trainer.failsAt = 0;
        trainer.epochs.clear();
        Variant resumed = run(again);

        assertThat(trainer.epochs).containsExactly(3);
        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
        assertThat(resumed.rounds()).isEqualTo(undisturbed.rounds());
        assertThat(resumed.groups()).isEqualTo(undisturbed.groups());
    }

    private Variant run() {
        return run(kept);
    }

    private Variant run(Checkpoints checkpoints) {
        return new PruningCampaign(new Workshop(() -> trainer, 1, Progress.SILENT, Turns.ALWAYS), checkpoints)
                .run(TASK, Plan.of(TASK.base(), TASK.target(), TASK.device()));
    }

    private static Task task() {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 2, 1));
        x = n.relu(n.conv(x, 32, 3, 1, 1));
        Graph graph = n.build(n.gemm(n.relu(n.gemm(n.flatten(x), 16)), 2));
        float[] biases = new float[16];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = 0.01f * i;
        }
        BaseModel base =
                BaseModel.of(OnnxWriter.write(graph.withInitializers(Map.of("conv1_b", Tensor.ofFloats(biases, 16)))));
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
                new Recipe(
                        7,
                        ROUNDS,
                        7,
                        64,
                        OptionalDouble.empty(),
                        Recipe.Criterion.L1,
                        OptionalDouble.empty(),
                        OptionalInt.empty(),
                        true,
                        false),
                new Target(
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        OptionalLong.of(base.onnx().length * 3 / 10),
                        OptionalDouble.empty()),
                Optional.empty());
    }

    /** Keeps the latest in memory. */
    private static final class Remembering implements Checkpoints {
        private Optional<Checkpoint> latest = Optional.empty();

        @Override
        public Optional<Checkpoint> latest(Task task) {
            return latest;
        }

        @Override
        public void keep(Task task, Checkpoint checkpoint) {
            latest = Optional.of(checkpoint);
        }
    }

    /** Gives every network back as it was cut, biases too, and remembers for how long it should have trained. */
    private static final class Counting implements Trainer {
        private final List<Integer> epochs = new ArrayList<>();
        private int failsAt;

        @Override
        public Optional<String> obstacle(Graph graph, Purpose purpose) {
            return Optional.empty();
        }

        @Override
        public TrainingResult train(TrainingRequest request) {
            epochs.add(request.settings().epochs());
            if (epochs.size() == failsAt) {
                throw new IllegalStateException("stopped");
            }
            return new TrainingResult(request.graph(), OnnxWriter.write(request.graph()), 0.01, 0, 1, 1, 0);
        }

        @Override
        public Map<String, Tensor> gradients(Graph graph, Samples samples, InputContract contract, int batchSize) {
            throw new IllegalStateException("Regression has no gradients to ask for");
        }
    }
}
