package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Checkpoints.Checkpoint;
import io.espalier.pruning.campaign.LastRound;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Recovery;
import io.espalier.pruning.campaign.Survivors;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.reconstruction.FittedLayer;
import io.espalier.pruning.training.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCheckpointsTest {
    private static final Checkpoint FIRST = checkpoint(new byte[] {1, 2, 3}, 1, lastRound(Optional.empty()));
    private static final Checkpoint SECOND = checkpoint(new byte[] {4, 5, 6}, 2, lastRound(Optional.of(FIRST.onnx())));
    private static final Checkpoint THIRD = checkpoint(new byte[] {7, 8, 9}, 3, lastRound(Optional.of(SECOND.onnx())));

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
        checkpoints.keep(task(100), THIRD);
        assertThat(networks()).as("what the last one made, and what it cut").hasSize(2);

        JobCheckpoints.clear(new JobFolder(folder));

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void givesBackWhatIsToldOfTheLastRound() throws IOException {
        checkpoints.keep(task(100), FIRST);
        checkpoints.keep(task(100), SECOND);

        LastRound found = checkpoints.latest(task(100)).orElseThrow().last();

        assertThat(found.from().orElseThrow()).isEqualTo(FIRST.onnx());
        assertThat(found)
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(SECOND.last());
    }

    @Test
    void givesBackHowTheLastRoundWasTrained() {
        LastRound fitted = lastRound(Optional.empty());
        LastRound last = new LastRound(
                fitted.from(),
                fitted.considered(),
                fitted.latencyCorrection(),
                fitted.score(),
                fitted.masked(),
                new Recovery.FineTuned(0.1, 0.2, 300.5, 1e-6, 0.25));
        checkpoints.keep(task(100), checkpoint(FIRST.onnx(), 1, last));

        assertThat(checkpoints.latest(task(100)).orElseThrow().last())
                .usingRecursiveComparison()
                .isEqualTo(last);
    }

    @Test
    void beginsAnewWhereTheNetworkThatTheLastRoundCutIsGone() throws IOException {
        checkpoints.keep(task(100), SECOND);
        Files.delete(folder.resolve("checkpoint-" + Sha256.of(FIRST.onnx()).hex() + ".onnx"));

        assertThat(checkpoints.latest(task(100))).isEmpty();
    }

    private static LastRound lastRound(Optional<byte[]> from) {
        Cost cost = new Cost(1.5, 2.5, OptionalDouble.of(0.25), 10, 20, 30, 40);
        int[] widths = {4, 8};
        LastRound.Considered chosen = new LastRound.Considered(
                "l1-knapsack without add2",
                List.of("add2"),
                "l1",
                Set.of("conv1"),
                new Allocation.Chosen(widths, cost, 0.75, List.of(new Allocation.Round(1, 1.2, 1.1, widths))),
                List.of(new int[] {0, 3}, new int[] {1}),
                0.125,
                OptionalDouble.of(0.5),
                OptionalDouble.empty(),
                Optional.of(new Timing("l1-knapsack without add2", 100, 120, 500, 0.01)));
        LastRound.Considered other = new LastRound.Considered(
                "l1-uniform",
                List.of(),
                "l1",
                Set.of(),
                new Allocation.Chosen(widths, cost, 0.5, List.of()),
                List.of(),
                0.0625,
                OptionalDouble.empty(),
                OptionalDouble.of(0.25),
                Optional.empty());
        return new LastRound(
                from,
                List.of(chosen, other),
                1.25,
                0.875,
                Set.of("conv1_w"),
                new Recovery.Fitted(
                        "training made it worse",
                        List.of(
                                new FittedLayer("conv1", 30, 0.5, 0.25, Optional.empty()),
                                new FittedLayer("dense1", 0, Double.NaN, Double.NaN, Optional.of("too few rows")))));
    }

    private List<Path> networks() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".onnx")).toList();
        }
    }

    private static Checkpoint checkpoint(byte[] network, int rounds, LastRound last) {
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
                        .toList(),
                last);
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
