package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatTwinTest {
    private static final ChannelStep STEP = new ChannelStep(4, 8);

    /** A residual network, whose sum and pool compute in integers as well. */
    private static Graph floats() {
        NetworkBuilder net = new NetworkBuilder("residual", new Random(5));
        String first = net.relu(net.conv(net.input("x", 3, 8, 8), 8, 3, 1, 1));
        String sum = net.add(net.conv(first, 8, 3, 1, 1), first);
        return net.build(net.gemm(net.flatten(net.globalAveragePool(sum)), 4));
    }

    @Test
    void costsWhatTheFloatNetworkCosts() {
        Graph floats = floats();
        Graph shipped = OnnxReader.read(OnnxWriter.write(Quantiser.of(floats).shaped(WeightRange.SEVEN_BITS)));

        Graph twin = FloatTwin.of(shipped);

        assertThat(FloatTwin.isOf(shipped)).isTrue();
        assertThat(FloatTwin.isOf(twin)).isFalse();
        assertThat(Costs.of(twin).macs()).isEqualTo(Costs.of(floats).macs());
        assertThat(Costs.of(twin).parameters()).isEqualTo(Costs.of(floats).parameters());
        assertThat(twin.outputs()).isEqualTo(floats.outputs());
        assertThat(memory(twin)).isEqualTo(memory(floats));
    }

    @Test
    void leavesAFloatNetworkAsItIs() {
        Graph floats = floats();

        assertThat(FloatTwin.of(floats)).isSameAs(floats);
    }

    private static long memory(Graph graph) {
        return RuntimeMemory.of(KernelPlan.of(OperatorGraph.of(graph), STEP)).peakBytes();
    }
}
