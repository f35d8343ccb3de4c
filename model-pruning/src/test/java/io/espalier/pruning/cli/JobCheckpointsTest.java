package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Checkpoints.Checkpoint;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Survivors;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCheckpointsTest {
    private static final Checkpoint FIRST = checkpoint(new byte[] {1, 2, 3}, 1);
    private static final Checkpoint SECOND = checkpoint(new byte[] {4, 5, 6}, 2);

    @TempDir
    Path folder;

    private JobCheckpoints checkpoints;

    @BeforeEach
    void open() {
        checkpoints = new JobCheckpoints(new JobFolder(folder), 1);
    }

    @Test
    void givesBackWhatWasKeptLast() {
        assertThat(checkpoints.latest(task(100))).isEmpty();

        checkpoints.keep(task(100), FIRST);
        checkpoints.keep(task(100), SECOND);

        assertThat(checkpoints.latest(task(100))).hasValueSatisfying(found -> {
            assertThat(found.onnx()).isEqualTo(SECOND.onnx());
            assertThat(found.survivors()).isEqualTo(SECOND.survivors());
            assertThat(found.rounds()).isEqualTo(SECOND.rounds());
        });
    }

    @Test
    void isOfNoUseToAnotherTask() {
        checkpoints.keep(task(100), FIRST);

        assertThat(checkpoints.latest(task(101))).isEmpty();
    }

    @Test
    void isOfNoUseToOtherThreads() {
        checkpoints.keep(task(100), FIRST);

        assertThat(new JobCheckpoints(new JobFolder(folder), 2).latest(task(100)))
                .as("which add up the same sums in another order")
                .isEmpty();
        assertThat(checkpoints.latest(task(100))).isPresent();
    }

    @Test
    void beginsAnewWhereTheNetworkOrTheStateIsDamaged() throws IOException {
        checkpoints.keep(task(100), FIRST);
        Path network = networks().get(0);
        Files.write(network, new byte[] {9});
        assertThat(checkpoints.latest(task(100))).isEmpty();

        Files.delete(network);
        assertThat(checkpoints.latest(task(100))).isEmpty();

        Files.writeString(folder.resolve(JobCheckpoints.STATE), "{\"task\":");
        assertThat(checkpoints.latest(task(100))).isEmpty();
    }

    @Test
    void leavesNothingOfFormerRoundsNorOfFinishedJobs() throws IOException {
        checkpoints.keep(task(100), FIRST);
        checkpoints.keep(task(100), SECOND);
        assertThat(networks()).hasSize(1);

        JobCheckpoints.clear(new JobFolder(folder));

        assertThat(folder).isEmptyDirectory();
    }

    private List<Path> networks() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".onnx")).toList();
        }
    }

    private static Checkpoint checkpoint(byte[] network, int rounds) {
        Cost cost = new Cost(1.5, 2.5, OptionalDouble.of(0.25), 10, 20, 30, 40);
        return new Checkpoint(
                network,
                new Survivors(Map.of("conv1", List.of(0, 2, 5), "dense1", List.of())),
                Stream.iterate(1, number -> number + 1)
                        .limit(rounds)
                        .map(number -> new Variant.Round(
                                number,
                                2,
                                "l1-knapsack",
                                cost,
                                0.4,
                                0.8,
                                number == 1
                                        ? Optional.of(new Variant.Round.Tried("l1-uniform", 0.3))
                                        : Optional.empty()))
                        .toList());
    }

    private static Task task(long sizeBytes) {
        NetworkBuilder n = new NetworkBuilder("tiny", new Random(1));
        BaseModel base = BaseModel.of(OnnxWriter.write(n.build(n.gemm(
                n.flatten(n.relu(n.conv(n.input("input", 1, 8, 8), 4, 3, 2, 1))), 2))));
        return new Task(
                Purpose.CLASSIFICATION,
                base,
                ToyImages.dataset(new SampleShape(1, 8, 8)),
                InputContract.RAW,
                Recipe.DEFAULT,
                Target.NONE.withSizeBytes(sizeBytes),
                Optional.empty());
    }
}
