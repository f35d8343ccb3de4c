package io.espalier.pruning.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.graph.Shape;
import org.junit.jupiter.api.Test;

class OnnxRoundTripTest {
    @Test
    void readsBackWhatItWrote() {
        Graph graph = ReferenceNetworks.sourceCnn(7);

        assertThat(OnnxReader.read(OnnxWriter.write(graph))).isEqualTo(graph);
    }

    @Test
    void writesEqualBytesForEqualGraphs() {
        assertThat(OnnxWriter.write(ReferenceNetworks.sourceCnn(7)))
                .isEqualTo(OnnxWriter.write(ReferenceNetworks.sourceCnn(7)));
    }

    @Test
    void readsResNet8() {
        Graph graph = RealModels.read("resnet8-cifar10.onnx");

        assertThat(graph.inputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 3, 32, 32));
        assertThat(graph.outputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 10));
        assertThat(Costs.of(graph).macs()).isEqualTo(12_501_632L);
        assertThat(OnnxReader.read(OnnxWriter.write(graph))).isEqualTo(graph);
    }

    @Test
    void readsResNet20() {
        Graph graph = RealModels.read("resnet20-cifar10.onnx");

        assertThat(graph.outputs().get(0).shape()).isEqualTo(Shape.of(Shape.BATCH, 10));
        assertThat(Costs.of(graph).parameters()).isEqualTo(269_722L);
        assertThat(OnnxReader.read(OnnxWriter.write(graph))).isEqualTo(graph);
    }
}
