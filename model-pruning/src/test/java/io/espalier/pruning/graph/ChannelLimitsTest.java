package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small files whose channels would fill the memory are refused before they do. */
class ChannelLimitsTest {
    @Test
    void refusesMorePositionsThanItCanFollow() {
        NetworkBuilder net = new NetworkBuilder("spread", new Random(1));
        String x = net.conv(net.input("x", 1, 1024, 1024), 16, 1, 1, 0);
        String a = net.flatten(x);
        String b = net.flatten(net.relu(x));
        Graph graph = net.build(a, b, net.flatten(net.relu(x)));

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> DependencyGroups.of(graph))
                .withMessageContaining("'flatten2'")
                .withMessageContaining("16777216 positions");
    }

    @Test
    void refusesMoreChannelsThanItCanFollow() {
        NetworkBuilder net = new NetworkBuilder("padded", new Random(1));
        String x = net.conv(net.input("x", 1, 2, 2), 4, 1, 1, 0);
        net.constant("pads", Tensor.vector(0, 0, 0, 0, 0, 5_000_000, 0, 0));
        Graph graph = net.build(net.op("Pad", List.of(x, "pads"), Map.of()));

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> DependencyGroups.of(graph))
                .withMessageContaining("'pad1' makes 5000004 channels");
    }

    @Test
    void refusesAWindowNoMachineCouldApply() {
        NetworkBuilder net = new NetworkBuilder("window", new Random(1));
        String x = net.input("x", 1, 4, 4);

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> net.op(
                        "MaxPool",
                        List.of(x),
                        Map.of(
                                "kernel_shape", Attribute.ints(40_000, 40_000),
                                "pads", Attribute.ints(39_999, 39_999, 39_999, 39_999))))
                .withMessageContaining("window of [40000x40000]");
    }

    @Test
    void findsNamesThatNoTensorHas() {
        GraphBuilder builder = new GraphBuilder("names", 13)
                .input("x", Shape.of(Shape.BATCH, 2))
                .initializer("x_2", Tensor.vector(1))
                .node(Node.of("relu", "Relu", List.of("x"), "y", Map.of()));

        assertThat(builder.unusedTensor("z")).isEqualTo("z");
        assertThat(builder.unusedTensor("z")).isEqualTo("z_2");
        assertThat(builder.unusedTensor("x")).isEqualTo("x_3");
        assertThat(builder.unusedTensor("y")).isEqualTo("y_2");
    }
}
