package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnknownOperatorTest {
    @Test
    void isAnErrorBetweenPrunedLayers() {
        Graph graph = replacing("relu1");

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> DependencyGroups.of(graph))
                .withMessageContaining("Operator Frobnicate 'relu1' is unknown");
    }

    @Test
    void keepsOnlyTheLastLayerDenseBehindIt() {
        DependencyGroups groups = DependencyGroups.of(replacing("softmax1"));

        assertThat(groups.prunable()).extracting(ChannelGroup::id).containsExactly("conv1");
        assertThat(groups.group("dense1").keptDenseBecause())
                .hasValue("the unknown operator Frobnicate 'softmax1' reads it");
    }

    @Test
    void isNoErrorBeforeTheFirstLayer() {
        Graph graph = replacing("leakyrelu1");

        assertThat(DependencyGroups.of(graph).prunable())
                .extracting(ChannelGroup::id)
                .containsExactly("conv1");
    }

    @Test
    void isNamedWhereItHidesAShape() {
        Graph declared = replacing("leakyrelu1");
        Graph graph = undeclared(declared);

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> Shapes.infer(graph).of("conv1"))
                .withMessageContaining("depends on Frobnicate 'leakyrelu1', which Espalier does not know");
    }

    @Test
    void includesAKnownOneWhoseOperandsAreComputed() {
        Graph graph = computedTarget(true);

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> DependencyGroups.of(graph))
                .withMessageContaining("Reshape 'view' has operands that the graph computes")
                .withMessageContaining("lies between layers");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> Shapes.infer(graph).of("viewed"))
                .withMessageContaining("depends on Reshape 'view', whose operands are computed");
    }

    @Test
    void keepsALayerDenseBehindWhichOperandsAreComputed() {
        assertThat(DependencyGroups.of(computedTarget(false)).group("conv1").keptDenseBecause())
                .hasValue("Reshape 'view' reads it");
    }

    private static Graph computedTarget(boolean layerBehind) {
        NetworkBuilder net = new NetworkBuilder("computed", new Random(1));
        String x = net.relu(net.conv(net.input("x", 2, 6, 6), 4, 3, 1, 1));
        net.constant("w", Tensor.ofFloats(new float[12], 4, 3));
        GraphBuilder builder = net.build().toBuilder()
                .input(new ValueInfo("target", ElementType.INT64, Shape.of(2)))
                .node(Node.of("view", "Reshape", List.of(x, "target"), "viewed", Map.of()));
        if (layerBehind) {
            builder.node(Node.of("last", "MatMul", List.of("viewed", "w"), "y", Map.of()));
        }
        return builder.output(layerBehind ? "y" : "viewed", Shape.of(Shape.BATCH))
                .build();
    }

    private static Graph undeclared(Graph graph) {
        GraphBuilder builder = new GraphBuilder(graph.name(), graph.opset());
        graph.inputs().forEach(builder::input);
        graph.outputs().forEach(builder::output);
        graph.initializers().forEach(builder::initializer);
        return builder.nodes(graph.nodes()).build();
    }

    private static Graph replacing(String name) {
        NetworkBuilder net = new NetworkBuilder("unknown", new Random(1));
        String x = net.op("LeakyRelu", List.of(net.input("x", 2, 6, 6)), Map.of());
        x = net.relu(net.conv(x, 4, 3, 1, 1));
        Graph graph = net.build(net.softmax(net.gemm(net.flatten(x), 3)));
        Shapes shapes = Shapes.infer(graph);
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean hit = node.name().equals(name);
            nodes.add(hit ? Node.of(name, "Frobnicate", node.inputs(), node.output(), Map.of()) : node);
        }
        ValueInfo declared = new ValueInfo(name, ElementType.FLOAT, shapes.of(name));
        return graph.toBuilder().nodes(nodes).declare(declared).build();
    }
}
