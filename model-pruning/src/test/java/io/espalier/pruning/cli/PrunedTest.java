package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Checkpoints;
import io.espalier.pruning.campaign.Plan;
import io.espalier.pruning.campaign.Progress;
import io.espalier.pruning.campaign.PruningCampaign;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.campaign.Workshop;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.report.Asked;
import io.espalier.pruning.report.Verdict;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Turns;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrunedTest {
    @Test
    void saysWhatToChangeInAJobAndAtTheCommandLineWhereTooMuchIsLost() {
        BaseModel base = BaseModel.of(OnnxWriter.write(ReferenceNetworks.sourceCnn(1)));
        Outcome outcome = new Pruned.TooMuchLost(
                        base, new Cost(0, 0, 1, 1, 1, 1), new Stop.TooMuchLost(1, 3, 0.5, 0.9, 0.02))
                .outcome();

        assertThat(outcome.exitCode()).isEqualTo(PruningMain.REFUSED);
        assertThat(outcome.result().path("detail").asText())
                .startsWith("The network lost 40.0 points in round 1 of 3")
                .contains("mostLost of a recipe, --most-lost of ./espalier prune", "(rounds, --rounds)");
    }

    @Test
    void tellsAVariantThatIsTooSlowHereFromOneThatFits() {
        Task task = task();
        Pruned.Made made = new Pruned.Made(task, variant(task), List.of());
        Timing quick = new Timing("dense", 800, 999, 500, 0.01);
        Timing slow = new Timing("dense", 800, 1001, 500, 0.01);

        assertThat(made.tried(quick).outcome().exitCode()).isEqualTo(PruningMain.DONE);
        Outcome outcome = made.tried(slow).outcome();
        assertThat(outcome.exitCode()).isEqualTo(PruningMain.OVER_BUDGET);
        assertThat(outcome.madeSomething()).isTrue();
        assertThat(outcome.result().path("outcome").asText()).isEqualTo("overBudget");
        assertThat(outcome.result().at("/variant/measuredP95Micros").asDouble()).isEqualTo(1001);
        assertThat(made.tried(slow).report(new Asked("m", "d", "", List.of())).verdict())
                .isEqualTo(new Verdict.OverBudget());
    }

    /** Asked for a latency of 1,000 µs. */
    private static Task task() {
        NetworkBuilder n = new NetworkBuilder("tiny", new Random(1));
        BaseModel base = BaseModel.of(OnnxWriter.write(n.build(n.gemm(
                n.flatten(n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 2, 1))), 4))));
        return new Task(
                Purpose.REGRESSION,
                base,
                ToyImages.dataset(new SampleShape(1, 8, 8)),
                InputContract.RAW,
                Recipe.of(0, 1).rankedBy(Recipe.Criterion.L1, OptionalDouble.empty()),
                Target.NONE.withLatencyP95Micros(1000),
                Optional.empty());
    }

    /** Of half the size: no device is asked how fast it is. */
    private static Variant variant(Task task) {
        Target target = Target.NONE.withSizeBytes(task.base().onnx().length / 2);
        Task forSize = new Task(
                task.purpose(), task.base(), task.data(), task.contract(), task.recipe(), target, Optional.empty());
        Workshop workshop = new Workshop(() -> new Dl4jTrainer(1), 1, Progress.SILENT, Turns.ALWAYS);
        return new PruningCampaign(workshop, Checkpoints.NONE)
                .run(forSize, Plan.of(task.base(), target, Optional.empty(), AskedPrecision.FLOAT32));
    }
}
