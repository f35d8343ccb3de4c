package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights that are not float32 are carried along, and their layers stay dense. */
class ForeignTypesTest {
    @Test
    void keepsALayerDenseWhoseWeightsAreFloat16() {
        NetworkBuilder net = new NetworkBuilder("half", new Random(1));
        net.constant("w", Tensor.ofBytes(ElementType.FLOAT16, new byte[12], Shape.of(2, 3)));
        String x = net.op("MatMul", List.of(net.input("x", 2), "w"), Map.of());
        Graph graph = net.build(net.gemm(net.relu(x), 2));

        Graph read = OnnxReader.read(OnnxWriter.write(graph));

        assertThat(read).isEqualTo(graph);
        assertThat(DependencyGroups.of(read).group("matmul1").keptDenseBecause())
                .hasValue("'w' of MatMul 'matmul1' is FLOAT16, not float32");
    }
}
