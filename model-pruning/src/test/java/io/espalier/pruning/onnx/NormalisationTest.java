package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Pruning;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalisationTest {
    @Test
    void removesDropoutAndIdentityEvenInFrontOfAnOutput() {
        NetworkBuilder net = new NetworkBuilder("pass-through", new Random(1));
        String x = net.op("Identity", List.of(net.relu(net.input("x", 4))), Map.of());
        x = net.op("Dropout", List.of(net.gemm(x, 3)), Map.of());

        Graph read = sameAfterReading(net.build(net.op("Identity", List.of(x), Map.of())));

        assertThat(read.nodes()).extracting(Node::opType).containsExactly("Relu", "Gemm");
        assertThat(read.outputs().get(0).name()).isEqualTo("identity2");
    }

    @Test
    void keepsAnIdentityBetweenAnInputAndAnOutput() {
        NetworkBuilder net = new NetworkBuilder("nothing", new Random(1));

        Graph read = sameAfterReading(net.build(net.op("Identity", List.of(net.input("x", 4)), Map.of())));

        assertThat(read.nodes()).extracting(Node::opType).containsExactly("Identity");
    }

    @Test
    void turnsConstantNodesIntoInitializers() {
        Node constant = Node.of(
                "c",
                "Constant",
                List.of(),
                "two",
                Map.of("value", new Attribute.TensorValue(Tensor.ofFloats(new float[] {2, 2}, 2))));
        Graph graph = new GraphBuilder("constant", 13)
                .input("x", Shape.of(Shape.BATCH, 2))
                .output("y", Shape.of(Shape.BATCH, 2))
                .node(constant)
                .node(Node.of("m", "Mul", List.of("x", "two"), "y", Map.of()))
                .build();

        Graph read = sameAfterReading(graph);

        assertThat(read.nodes()).extracting(Node::name).containsExactly("m");
        assertThat(read.constant("two").floats()).containsExactly(2, 2);
    }

    @Test
    void makesOneGemmOfAProductAndItsBias() {
        NetworkBuilder net = new NetworkBuilder("matmul", new Random(1));
        net.constant("w", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        net.constant("b", Tensor.ofFloats(new float[] {7, 8, 9}, 3));
        String product = net.op("MatMul", List.of(net.input("x", 2), "w"), Map.of());

        Graph read = sameAfterReading(net.build(net.op("Add", List.of("b", product), Map.of())));

        assertThat(read.nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.opType()).isEqualTo("Gemm"));
        assertThat(read.initializers()).hasSize(2);
    }

    @Test
    void makesAFixedBatchSymbolic() {
        Graph graph = new GraphBuilder("fixed", 13)
                .input("x", Shape.of(1, 2, 3, 3))
                .output("y", Shape.of(1, 18))
                .initializer("target", Tensor.vector(1, -1))
                .node(Node.of("r", "Reshape", List.of("x", "target"), "y", Map.of()))
                .build();

        Graph read = OnnxReader.read(OnnxWriter.write(graph));

        assertThat(read.inputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 2, 3, 3));
        assertThat(read.outputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 18));
        assertThat(read.constant(read.node("r").inputs().get(1)).longs()).containsExactly(0, -1);
    }

    @Test
    void foldsTheShapeArithmeticOfAView() {
        NetworkBuilder net = new NetworkBuilder("view", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 4, 3, 1, 0));
        Graph upToRelu = net.build(x);
        Graph graph = new GraphBuilder("view", 13)
                .input(upToRelu.inputs().get(0))
                .output("y", Shape.of(Shape.BATCH, 64))
                .initializer("conv1_w", upToRelu.constant("conv1_w"))
                .initializer("conv1_b", upToRelu.constant("conv1_b"))
                .initializer("zero", Tensor.ofLongs(new long[] {0}))
                .initializer("axis", Tensor.vector(0))
                .initializer("rest", Tensor.vector(-1))
                .nodes(upToRelu.nodes())
                .node(Node.of("shape", "Shape", List.of(x), "dims", Map.of()))
                .node(Node.of("pick", "Gather", List.of("dims", "zero"), "batch", Map.of("axis", Attribute.of(0L))))
                .node(Node.of("lift", "Unsqueeze", List.of("batch", "axis"), "lifted", Map.of()))
                .node(Node.of("join", "Concat", List.of("lifted", "rest"), "target", Map.of("axis", Attribute.of(0L))))
                .node(Node.of("view", "Reshape", List.of(x, "target"), "y", Map.of()))
                .build();

        Graph read = sameAfterReading(graph);

        assertThat(read.nodes()).extracting(Node::opType).containsExactly("Conv", "Relu", "Reshape");
    }

    private static Graph sameAfterReading(Graph graph) {
        Graph read = OnnxReader.read(OnnxWriter.write(graph));
        Pruning.assertSameOutputs(graph, read, 1);
        return read;
    }
}
