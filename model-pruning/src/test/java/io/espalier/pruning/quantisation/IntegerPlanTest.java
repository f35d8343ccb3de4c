package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class IntegerPlanTest {
    private final NetworkBuilder net = new NetworkBuilder("planned", new Random(1));

    @Test
    void leavesLogitsAndSoftmaxInFloat() {
        IntegerPlan plan = plan(x -> net.softmax(net.gemm(net.flatten(net.relu(net.conv(x, 4, 3, 1, 1))), 3)));

        assertThat(plan.isInteger("flatten1")).isTrue();
        assertThat(plan.isInteger("dense1")).isFalse();
        assertThat(plan.isInteger("softmax1")).isFalse();
        assertThat(plan.scaleOwners()).containsExactly("x", "relu1");
    }

    @Test
    void givesAHiddenDenseLayerIntegersToPassOn() {
        IntegerPlan plan = plan(x -> net.gemm(net.relu(net.gemm(net.flatten(x), 8)), 3));

        assertThat(plan.scaleOwners()).containsExactly("flatten1", "relu1");
    }

    @Test
    void absorbsAReLUThatIsTheOnlyReader() {
        Graph graph = graph(x -> net.conv(net.relu(net.conv(x, 4, 3, 1, 1)), 2, 1, 1, 0));
        IntegerPlan plan = IntegerPlan.of(graph);

        assertThat(plan.isAbsorbed(graph.node("relu1"))).isTrue();
        assertThat(plan.isInteger("conv1")).isFalse();
        assertThat(plan.isInteger("relu1")).isTrue();
    }

    @Test
    void keepsAReLUWhoseInputIsReadElsewhere() {
        Graph graph = graph(x -> {
            String a = net.conv(x, 4, 3, 1, 1);
            return net.conv(net.add(a, net.conv(net.relu(a), 4, 3, 1, 1)), 2, 1, 1, 0);
        });
        IntegerPlan plan = IntegerPlan.of(graph);

        assertThat(plan.isAbsorbed(graph.node("relu1"))).isFalse();
        assertThat(plan.scaleOwners()).containsExactly("x", "conv1", "relu1", "conv2", "add1", "conv3");
    }

    @Test
    void absorbsAClipFromZeroButNoOther() {
        net.constant("zero", Tensor.ofFloats(new float[] {0}, new int[0]));
        net.constant("minus", Tensor.ofFloats(new float[] {-1}, new int[0]));
        net.constant("six", Tensor.ofFloats(new float[] {6}, new int[0]));
        Graph graph = graph(x -> {
            String a = net.op("Clip", List.of(net.conv(x, 4, 3, 1, 1), "zero", "six"), Map.of());
            String b = net.op("Clip", List.of(net.conv(a, 4, 3, 1, 1), "minus", "six"), Map.of());
            return net.conv(b, 2, 1, 1, 0);
        });
        IntegerPlan plan = IntegerPlan.of(graph);

        assertThat(plan.isAbsorbed(graph.node("clip1"))).isTrue();
        assertThat(plan.isAbsorbed(graph.node("clip2"))).isFalse();
    }

    @Test
    void letsWhatOnlyMovesValuesKeepTheirScale() {
        IntegerPlan plan = plan(x -> net.gemm(net.flatten(net.maxPool(net.relu(net.conv(x, 4, 3, 1, 1)), 2)), 3));

        assertThat(plan.scaleOwner("flatten1")).isEqualTo("relu1");
        assertThat(plan.scaleOwner("maxpool1")).isEqualTo("relu1");
    }

    @Test
    void absorbsNothingIntoWhatOnlyMovesValues() {
        Graph graph = graph(x -> net.conv(net.relu(net.maxPool(net.conv(x, 4, 3, 1, 1), 2)), 2, 1, 1, 0));

        assertThat(IntegerPlan.of(graph).isAbsorbed(graph.node("relu1"))).isFalse();
    }

    @Test
    void carriesIntegersThroughAdditionsAndConcatenationsOnTheWayToALayer() {
        IntegerPlan plan = plan(x -> {
            String a = net.relu(net.conv(x, 4, 3, 1, 1));
            String sum = net.relu(net.add(a, net.conv(a, 4, 3, 1, 1)));
            return net.gemm(net.flatten(net.globalAveragePool(net.concat(sum, a))), 3);
        });

        assertThat(plan.scaleOwners()).containsExactly("x", "relu1", "conv2", "relu2", "concat1", "globalaveragepool1");
    }

    @Test
    void leavesTheRoadBehindTheLastLayerInFloat() {
        IntegerPlan plan = plan(x -> net.flatten(net.globalAveragePool(net.relu(net.conv(x, 3, 3, 1, 1)))));

        assertThat(plan.scaleOwners()).containsExactly("x", "relu1");
    }

    @Test
    void givesIntegersToALayerBehindAFloatOperator() {
        IntegerPlan plan = plan(x -> net.conv(net.op("Tanh", List.of(net.conv(x, 4, 3, 1, 1)), Map.of()), 2, 1, 1, 0));

        assertThat(plan.comesAsIntegers("tanh1")).isFalse();
        assertThat(plan.scaleOwners()).containsExactly("x", "conv1", "tanh1", "conv2");
    }

    @Test
    void leavesLayersInFloatWhoseWeightsAreComputedOrScaled() {
        Graph graph = graph(x -> {
            String flat = net.flatten(x);
            net.constant("w", Tensor.ofFloats(new float[384], 128, 3));
            return net.op("Gemm", List.of(flat, "w"), Map.of("alpha", Attribute.of(0.5f)));
        });

        assertThat(IntegerPlan.of(graph).layers()).isZero();
    }

    private IntegerPlan plan(Function<String, String> layers) {
        return IntegerPlan.of(graph(layers));
    }

    private Graph graph(Function<String, String> layers) {
        return net.build(layers.apply(net.input("x", 2, 8, 8)));
    }
}
