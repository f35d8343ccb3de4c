package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Blocks that can be left out whole are choices beside the widths of what stays. */
class BlockChoiceTest {
    /** The second of the two blocks hardly adds anything. */
    private static final String IDLE_BLOCK = "add2";

    @Test
    void triesFirstWithoutTheBlockThatIsMissedLeast() {
        Task task = task(0.75);

        List<Form> forms = new Forms(planner(task), Judge.of(task, task.validation(), 1)).all();

        assertThat(forms.get(0).leftOut()).isEmpty();
        assertThat(forms.get(1).suffix()).isEqualTo(" without " + IDLE_BLOCK);
    }

    @Test
    void goesNoFurtherOnceEverythingFitsWithAllChannels() {
        Task task = task(0.75);
        Planner planner = planner(task);

        List<Form> forms = new Forms(planner, Judge.of(task, task.validation(), 1)).all();

        assertThat(forms).hasSize(2);
        assertThat(forms.get(1).planner().wholeLoad()).isLessThanOrEqualTo(1);
    }

    @Test
    void doesNotTryWhereTheWholeNetworkFits() {
        Task task = task(1.5);

        assertThat(new Forms(planner(task), Judge.of(task, task.validation(), 1)).all())
                .singleElement()
                .satisfies(form -> assertThat(form.leftOut()).isEmpty());
    }

    @Test
    void leavesTheIdleBlockOutAndKeepsTheChannelsOfEverythingElse() {
        Task task = task(0.75);

        Variant variant = run(task);

        assertThat(variant.candidates().all().get(0).name()).endsWith(" without " + IDLE_BLOCK);
        assertThat(variant.after().score()).isGreaterThan(0.95);
        assertThat(variant.groups())
                .filteredOn(group -> group.layer().equals("conv4"))
                .singleElement()
                .satisfies(group -> assertThat(group.channels()).isEmpty());
        assertThat(variant.groups())
                .filteredOn(group -> !group.layer().equals("conv4"))
                .isNotEmpty()
                .allSatisfy(group -> assertThat(group.channels()).hasSize(group.of()));
    }

    /** No shortcut leads around it: what it reads takes the place of what it makes. */
    @Test
    void leavesAWholeLayerOutWhereItHardlyChangesWhatItReads() {
        Task task = task(chain(), 0.7);

        Variant variant = run(task);

        assertThat(variant.candidates().all().get(0).name()).isEqualTo("all-channels without conv2");
        assertThat(BaseModel.of(variant.onnx()).graph().nodes())
                .extracting(Node::name)
                .containsExactly("conv1", "relu1", "conv3", "relu3", "globalaveragepool1", "flatten1", "dense1");
        assertThat(variant.after().score()).isGreaterThan(0.95);
        assertThat(variant.onnx().length)
                .isLessThanOrEqualTo((int) task.target().sizeBytes().getAsLong());
    }

    /** Three like layers, the second of which is all but the identity. */
    private static Graph chain() {
        NetworkBuilder n = new NetworkBuilder("chain", new Random(5));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 1, 1));
        x = n.relu(n.conv(x, 16, 3, 1, 1));
        x = n.relu(n.conv(x, 16, 3, 1, 1));
        Graph graph = n.build(n.gemm(n.flatten(n.globalAveragePool(x)), 3));
        Tensor second = graph.constant("conv2_w");
        float[] weights = second.floats();
        for (int out = 0; out < 16; out++) {
            for (int in = 0; in < 16; in++) {
                for (int at = 0; at < 9; at++) {
                    int i = (out * 16 + in) * 9 + at;
                    weights[i] = 0.001f * weights[i] + (out == in && at == 4 ? 1 : 0);
                }
            }
        }
        return graph.withInitializers(Map.of("conv2_w", Tensor.ofFloats(weights, second.shape())));
    }

    @Test
    void recoversAModelWithoutAnythingToCut() {
        NetworkBuilder n = new NetworkBuilder("bare", new Random(1));
        Task task = task(n.build(n.gemm(n.flatten(n.input("input", 1, 8, 8)), 3)), 1.5);

        Variant variant = run(task);

        assertThat(variant.groups()).isEmpty();
        assertThat(variant.after().score()).isGreaterThan(0.99);
    }

    /** Without its last layer the hidden one would be the output, whose channels must all stay: too large for the target. */
    @Test
    void leavesNothingOutThatTiesChannelsTheTargetCannotAfford() {
        NetworkBuilder n = new NetworkBuilder("perceptron", new Random(1));
        String hidden = n.relu(n.gemm(n.flatten(n.input("input", 1, 8, 8)), 64));
        Task task = task(n.build(n.gemm(hidden, 64)), 0.3);

        Variant variant = run(task);

        assertThat(variant.onnx().length)
                .isLessThanOrEqualTo((int) task.target().sizeBytes().getAsLong());
    }

    private static Variant run(Task task) {
        return StandInTrainer.run(task, StandInTrainer.IDLE, Checkpoints.NONE);
    }

    private static Graph network() {
        NetworkBuilder n = new NetworkBuilder("blocks", new Random(5));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 8, 3, 1, 1));
        for (int block = 0; block < 2; block++) {
            x = n.relu(n.add(n.conv(n.relu(n.conv(x, 8, 3, 1, 1)), 8, 3, 1, 1), x));
        }
        Graph graph = n.build(n.gemm(n.flatten(n.globalAveragePool(x)), 3));
        Tensor last = graph.constant("conv5_w");
        float[] faint = last.floats();
        for (int i = 0; i < faint.length; i++) {
            faint[i] *= 0.001f;
        }
        return graph.withInitializers(Map.of("conv5_w", Tensor.ofFloats(faint, last.shape())));
    }

    private static Task task(double shareOfSize) {
        return task(network(), shareOfSize);
    }

    private static Task task(Graph graph, double shareOfSize) {
        return UnlabelledTasks.fitting(shareOfSize, graph, Recipe.DEFAULT);
    }

    private static Planner planner(Task task) {
        return Plan.of(task.base(), task.target(), task.device(), task.recipe().precision())
                .planner(0);
    }
}
