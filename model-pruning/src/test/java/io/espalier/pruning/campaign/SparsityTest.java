package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.LayerWeights;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.sparsity.MagnitudeMasks;
import io.espalier.pruning.sparsity.Masks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Single weights that are zero once channels were cut, and stay zero to the shipped file. */
class SparsityTest {
    private static final double SPARSITY = 0.6;

    /** What each training so far began with. */
    private final List<Zeros> seen = new ArrayList<>();

    private final List<Variant> onTheWay = new ArrayList<>();

    @Test
    void holdsTheAskedShareOfWhatIsLeftAfterTheCut() {
        Variant variant = run(0.7, SPARSITY, SparsityTest::grown);

        Zeros zeros = Zeros.of(variant);
        assertThat(zeros.weights()).isLessThan(Zeros.of(whole()).weights());
        assertThat(zeros.count()).isEqualTo(Math.round(SPARSITY * zeros.weights()));
        assertThat(variant.encoding().sparsity()).isEqualTo((double) zeros.count() / zeros.weights());
        assertThat(variant.recovery()).isInstanceOf(Recovery.FineTuned.class);
    }

    @Test
    void cutsSingleWeightsAloneWhereNothingElseIsAskedFor() {
        Variant variant = StandInTrainer.run(
                weightsAlone(recipe(3, 1, SPARSITY)), StandInTrainer.of(SparsityTest::grown), Checkpoints.NONE);

        assertThat(variant.groups())
                .isNotEmpty()
                .allSatisfy(group -> assertThat(group.channels()).hasSize(group.of()));
        // 16 * 9, 16 * 256 and 2 * 16 weights.
        assertThat(Zeros.of(variant)).isEqualTo(new Zeros(Math.round(SPARSITY * 4272), 4272));
    }

    /** The smallest weights of all would be the whole of the first layer. */
    @Test
    void leavesALayerOfSmallWeightsMostOfThemWhereThatLosesLess() {
        Graph uneven = whole();
        Tensor faint = uneven.constant("conv1_w");
        Graph graph = uneven.withInitializers(Map.of("conv1_w", scaled(faint, 1e-3f)));

        Variant variant = StandInTrainer.run(
                UnlabelledTasks.fitting(1, graph, recipe(3, 1, 0.3)), StandInTrainer.IDLE, Checkpoints.NONE);

        long zeros = 0;
        for (float weight :
                BaseModel.of(variant.onnx()).graph().constant("conv1_w").floats()) {
            zeros += weight == 0 ? 1 : 0;
        }
        assertThat(zeros).as("of 16 * 9").isLessThan(16 * 9 / 2);
    }

    /** A network that is no better than a guess is trained from the mask that spares what is left of a layer, not from what chance prefers. */
    @Test
    void masksByLayersSharesWhereNothingThatIsMaskedIsBetterThanAGuess() {
        double sparsity = 0.985;
        Task task = weightsAlone(recipe(3, 1, sparsity));
        Judge choosing = Judge.of(task, task.validation(), 1);
        Graph graph = task.base().graph();
        List<Masks> ways = List.of(
                MagnitudeMasks.layerAdaptive(graph, sparsity),
                MagnitudeMasks.perLayer(graph, sparsity),
                MagnitudeMasks.global(graph, sparsity));
        assertThat(ways).allMatch(masks -> choosing.of(masks.applied(graph)).score() < choosing.leastTelling());

        Variant variant = StandInTrainer.run(task, StandInTrainer.IDLE, Checkpoints.NONE);

        Graph made = BaseModel.of(variant.onnx()).graph();
        assertThat(ways).extracting(masks -> masks.hold(made)).containsExactly(true, false, false);
    }

    private static Tensor scaled(Tensor tensor, float factor) {
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return Tensor.ofFloats(values, tensor.shape());
    }

    @Test
    void makesTheFileCompressBetterAndNothingElse() {
        Variant full = run(0.7, 0, SparsityTest::grown);
        Variant sparse = run(0.7, SPARSITY, SparsityTest::grown);

        assertThat(full.encoding().sparsity()).isZero();
        assertThat(sparse.encoding().file().bytes())
                .isEqualTo(full.encoding().file().bytes());
        assertThat(sparse.encoding().file().gzipBytes())
                .isLessThan(full.encoding().file().gzipBytes() * 2 / 3);
        assertThat(sparse.predicted()).isEqualTo(full.predicted());
    }

    @Test
    void staysWhereTrainingMadeItWorse() {
        Variant variant = run(0.7, SPARSITY, graph -> changed(graph, value -> 0f));

        Zeros zeros = Zeros.of(variant);
        assertThat(variant.recovery()).isInstanceOf(Recovery.Fitted.class);
        assertThat(zeros.count()).isEqualTo(Math.round(SPARSITY * zeros.weights()));
    }

    @Test
    void risesFromRoundToRound() {
        Variant variant = inRounds(task(0.5, SPARSITY).with(recipe(4, 2, SPARSITY)));

        assertThat(seen)
                .satisfiesExactly(
                        first -> assertThat(first.count()).isEqualTo(Math.round(SPARSITY * 7 / 8 * first.weights())),
                        last -> assertThat(last.count()).isEqualTo(Math.round(SPARSITY * last.weights())));
        assertThat(seen.get(1).weights()).isLessThan(seen.get(0).weights());
        assertThat(Zeros.of(variant)).isEqualTo(seen.get(1));
    }

    @Test
    void risesFromRoundToRoundWhereNothingElseIsAskedFor() {
        Variant variant = inRounds(weightsAlone(recipe(3, 3, SPARSITY)));

        assertThat(seen).extracting(Zeros::weights).containsOnly(4272L);
        // 19, 26 and 27 of 27 parts of the share.
        assertThat(seen).extracting(Zeros::count).containsExactly(1804L, 2468L, 2563L);
        assertThat(variant.rounds()).hasSize(3);
        assertThat(variant.encoding().sparsity()).isEqualTo(2563.0 / 4272);
    }

    /** They would cost every device the same, and one that is less sparse mostly scores more. */
    @Test
    void leavesNoVariantsOnTheWayWhereNothingElseIsAskedFor() {
        inRounds(weightsAlone(recipe(3, 3, SPARSITY)));

        assertThat(onTheWay).isEmpty();
    }

    @Test
    void leavesVariantsWithFewerZerosOnTheWayToANarrowerNetwork() {
        inRounds(task(0.5, SPARSITY).with(recipe(4, 2, SPARSITY)));

        assertThat(onTheWay).singleElement().satisfies(first -> {
            assertThat(Zeros.of(first)).isEqualTo(seen.get(0));
            assertThat(first.encoding().sparsity())
                    .isEqualTo((double) seen.get(0).count() / seen.get(0).weights());
        });
    }

    @Test
    void comesToTheSameBehindARoundOfAnEarlierRun() {
        Task task = task(0.5, SPARSITY).with(recipe(3, 3, SPARSITY));
        Variant undisturbed = inRounds(task);
        RememberedCheckpoint kept = new RememberedCheckpoint();
        StandInTrainer interrupted = StandInTrainer.of(graph -> {
            if (Zeros.of(graph).equals(seen.get(2))) {
                throw new IllegalStateException("interrupted");
            }
            return grown(graph);
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> StandInTrainer.run(task, interrupted, kept))
                .withMessage("interrupted");

        Variant resumed = StandInTrainer.run(task, StandInTrainer.of(SparsityTest::grown), kept);

        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
        assertThat(resumed.encoding()).isEqualTo(undisturbed.encoding());
    }

    /** Notes what each training begins with. */
    private Variant inRounds(Task task) {
        return StandInTrainer.run(
                task,
                StandInTrainer.of(graph -> {
                    seen.add(Zeros.of(graph));
                    return grown(graph);
                }),
                Checkpoints.NONE,
                onTheWay::add);
    }

    private static Task weightsAlone(Recipe recipe) {
        Task task = task(1, recipe.sparsity());
        return new Task(task.purpose(), task.base(), task.data(), task.contract(), recipe, Target.NONE, task.device());
    }

    @Test
    void isNeverShippedWhereTrainingMovedTheZeros() {
        assertThatIllegalStateException()
                .isThrownBy(() -> run(0.7, SPARSITY, graph -> changed(graph, value -> value + 1e-4f)))
                .withMessageContaining("weights that were to stay zero");
    }

    private record Zeros(long count, long weights) {
        static Zeros of(Variant variant) {
            return of(BaseModel.of(variant.onnx()).graph());
        }

        static Zeros of(Graph graph) {
            long zeros = 0;
            long weights = 0;
            for (Tensor layer : LayerWeights.of(graph).values()) {
                for (float weight : layer.floats()) {
                    zeros += weight == 0 ? 1 : 0;
                    weights++;
                }
            }
            return new Zeros(zeros, weights);
        }
    }

    private static Variant run(double shareOfSize, double sparsity, UnaryOperator<Graph> training) {
        return StandInTrainer.run(task(shareOfSize, sparsity), StandInTrainer.of(training), Checkpoints.NONE);
    }

    /** Moves every weight that is not zero. */
    private static Graph grown(Graph graph) {
        return changed(graph, value -> value * 1.001f);
    }

    private static Graph changed(Graph graph, UnaryOperator<Float> change) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        LayerWeights.of(graph).forEach((name, tensor) -> {
            float[] values = tensor.floats();
            for (int i = 0; i < values.length; i++) {
                values[i] = change.apply(values[i]);
            }
            weights.put(name, Tensor.ofFloats(values, tensor.shape()));
        });
        return graph.withInitializers(weights);
    }

    private static Graph whole() {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 2, 1));
        return n.build(n.gemm(n.relu(n.gemm(n.flatten(x), 16)), 2));
    }

    private static Task task(double shareOfSize, double sparsity) {
        return UnlabelledTasks.fitting(shareOfSize, whole(), recipe(3, 1, sparsity));
    }

    private static Recipe recipe(int epochs, int rounds, double sparsity) {
        return Recipe.DEFAULT.with(parts -> {
            parts.epochs = epochs;
            parts.rounds = rounds;
            parts.importance = Recipe.Criterion.L1;
            parts.sparsity = sparsity;
        });
    }
}
