package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.reconstruction.FittedLayer;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Turns;
import io.espalier.pruning.training.UntrainableGraphException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A model that ONNX Runtime runs and DL4J cannot train, because of its activation. */
class UntrainableModelTest {
    private static final int CHANNELS = 32;

    private final Task task = task(Recipe.Criterion.L1);

    @Test
    void isFittedByLeastSquaresAndSaysWhy() {
        Variant variant = campaign().run(task, plan(task));

        assertThat(variant.recovery()).isInstanceOfSatisfying(Recovery.Fitted.class, fitted -> {
            assertThat(fitted.note()).startsWith("not fine-tuned: Erf 'erf1'").endsWith("fitted by least squares");
            assertThat(fitted.layers()).extracting(FittedLayer::name).containsExactly("conv1", "dense1");
            assertThat(fitted.layers().get(1).errorAfter())
                    .isLessThan(fitted.layers().get(1).errorBefore());
        });
        assertThat(variant.groups()).anyMatch(group -> group.channels().size() < group.of());
        assertThat(variant.predicted().sizeBytes())
                .isLessThanOrEqualTo(task.target().sizeBytes().orElseThrow());
        assertThat(variant.before().score()).isEqualTo(1);
        assertThat(variant.after().score())
                .isGreaterThan(variant.pruned().score())
                .isGreaterThan(0.9);
        assertThat(OnnxReader.read(variant.onnx()).metadata()).containsKey("espalier.base_sha256");
    }

    @Test
    void hasItselfForABaseline() {
        Baseline baseline = Baseline.measure(task, () -> new Dl4jTrainer(1), 1, Progress.SILENT, Turns.ALWAYS);

        assertThat(baseline.accuracyBefore()).isEqualTo(1);
        assertThat(baseline.accuracyAfter()).isEqualTo(1);
        assertThat(baseline.untrainedBecause())
                .hasValueSatisfying(why -> assertThat(why).contains("Erf 'erf1'"));
    }

    @Test
    void cannotBeRankedByGradients() {
        Task byGradient = task(Recipe.Criterion.TAYLOR);
        assertThatThrownBy(() -> campaign().run(byGradient, plan(byGradient)))
                .isInstanceOf(UntrainableGraphException.class)
                .hasMessageContaining("taylor needs gradients, and there are none: Erf 'erf1'")
                .hasMessageContaining("Choose another, or auto");
    }

    private static PruningCampaign campaign() {
        return new PruningCampaign(
                new Workshop(() -> new Dl4jTrainer(1), 1, Progress.SILENT, Turns.ALWAYS), Checkpoints.NONE);
    }

    private static Plan plan(Task task) {
        Plan plan =
                Plan.of(task.base(), task.target(), task.device(), task.recipe().precision());
        assertThat(plan.refusal()).isEmpty();
        return plan;
    }

    private static Task task(Recipe.Criterion criterion) {
        BaseModel base = BaseModel.of(OnnxWriter.write(brightestCorner()));
        return new Task(
                Purpose.CLASSIFICATION,
                base,
                ToyImages.dataset(new SampleShape(1, 8, 8)),
                new InputContract(1 / 160.0, List.of(), List.of()),
                Recipe.of(3, 7).rankedBy(criterion, OptionalDouble.empty()),
                Target.NONE.withSizeBytes(base.onnx().length * 6 / 10),
                Optional.empty());
    }

    /**
     * Sees which corner of a toy image is bright. Channels come in pairs that see the same; what the readout reads from
     * one beyond its brightness, it takes away with the other, so that a channel alone misleads.
     */
    private static Graph brightestCorner() {
        NetworkBuilder n = new NetworkBuilder("corners", new Random(1));
        String corners = n.op("Erf", List.of(n.conv(n.input("input", 1, 8, 8), CHANNELS, 4, 4, 0)), Map.of());
        Graph untrained = n.build(n.gemm(n.flatten(corners), ToyImages.CLASSES));
        Random random = new Random(2);
        float[] filters = new float[CHANNELS * 16];
        float[] readout = new float[ToyImages.CLASSES * CHANNELS * 4];
        for (int c = 0; c < CHANNELS; c += 2) {
            for (int i = 0; i < 16; i++) {
                float weight = (float) (0.06 + 0.02 * random.nextGaussian());
                filters[c * 16 + i] = weight;
                filters[(c + 1) * 16 + i] = weight;
            }
            for (int label = 0; label < ToyImages.CLASSES; label++) {
                for (int corner = 0; corner < 4; corner++) {
                    float brightness = label == corner ? 1 : 0;
                    float distraction = (float) (2 * random.nextGaussian());
                    int at = (label * CHANNELS + c) * 4 + corner;
                    readout[at] = brightness + distraction;
                    readout[at + 4] = brightness - distraction;
                }
            }
        }
        return untrained.withInitializers(Map.of(
                "conv1_w", Tensor.ofFloats(filters, CHANNELS, 1, 4, 4),
                "dense1_w", Tensor.ofFloats(readout, ToyImages.CLASSES, CHANNELS * 4)));
    }
}
