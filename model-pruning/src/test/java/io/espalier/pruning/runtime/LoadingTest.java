package io.espalier.pruning.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.NetworkBuilder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LoadingTest {
    private static final long WEIGHTS = 64 * 64 * 9 * 4;

    @Test
    void unblockedWeightsAreThereTwiceMeanwhileAndOnceInTheEnd() {
        NativeHeap heap = new NativeHeap();
        Loading.load(heap, convolution(ChannelStep.SMOOTH));

        assertThat(heap.bytes()).isBetween(WEIGHTS, WEIGHTS + 20_000);
        assertThat(heap.peakBytes()).isBetween(2 * WEIGHTS, 3 * WEIGHTS);
    }

    @Test
    void weightsThatAreTurnedRoundLeaveHoles() {
        NativeHeap heap = new NativeHeap();
        Loading.load(heap, convolution(new ChannelStep(4, 16)));

        assertThat(heap.bytes()).isBetween(4 * WEIGHTS, 7 * WEIGHTS);
    }

    @Test
    void weightsOfAMatrixProductArePackedInBlocksOfColumns() {
        NetworkBuilder net = new NetworkBuilder("n", new SplittableRandom(1));
        OperatorGraph graph = OperatorGraph.of(net.build(net.gemm(net.flatten(net.input("x", 64, 8, 8)), 10)));
        NativeHeap heap = new NativeHeap();
        Loading.load(heap, KernelPlan.of(graph, ChannelStep.SMOOTH));

        assertThat(heap.bytes()).isBetween(64L * 64 * 16 * 4, 64L * 64 * 26 * 4 + 500);
    }

    private static KernelPlan convolution(ChannelStep step) {
        NetworkBuilder net = new NetworkBuilder("n", new SplittableRandom(1));
        return KernelPlan.of(OperatorGraph.of(net.build(net.conv(net.input("x", 64, 8, 8), 64, 3, 1, 1))), step);
    }
}
