package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Group;
import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.RandomNetworks;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.pruning.runtime.RuntimeMemory;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTest {
    /** Prices are worked out without the weights, of which a large network has too many to copy a thousand times. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void thePriceOfWidthsIsThatOfTheNetworkCutToThem(long seed) {
        PrunableNetwork network = PrunableNetwork.of(RandomNetworks.ofSeed(seed));
        WidthSpace space = network.space(1);
        for (double share : new double[] {0.3, 0.7, 1}) {
            int[] widths = space.uniform(share);
            Graph cut = network.shaped(widths);

            Cost price = network.pricing(Optional.empty()).of(widths);

            assertThat(price.macs()).isEqualTo(Costs.of(cut).macs());
            assertThat(price.parameters()).isEqualTo(Costs.of(cut).parameters());
            assertThat((double) price.sizeBytes())
                    .isBetween(0.9 * OnnxWriter.write(cut).length, 1.1 * OnnxWriter.write(cut).length);
            OperatorGraph operators = OperatorGraph.of(cut);
            assertThat(price.peakMemoryBytes())
                    .isEqualTo(Math.max(
                            peakBytes(operators, ChannelStep.SMOOTH), peakBytes(operators, ChannelStep.USUAL)));
        }
    }

    private static long peakBytes(OperatorGraph operators, ChannelStep step) {
        return RuntimeMemory.of(KernelPlan.of(operators, step)).peakBytes();
    }

    @ParameterizedTest
    @MethodSource("manySeeds")
    void thereIsANetworkOfTheLeastWidthsWhateverItsTopology(long seed) {
        PrunableNetwork network = PrunableNetwork.of(RandomNetworks.ofSeed(seed));
        int[] widths = network.space(Group.SMALLEST_WIDTH).minimum();

        Cost price = network.pricing(Optional.empty()).of(widths);

        assertThat(price.macs()).isEqualTo(Costs.of(network.shaped(widths)).macs());
    }

    static LongStream manySeeds() {
        return LongStream.rangeClosed(1, 320);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aHollowTensorHasAShapeAndNothingElse(int axis) {
        Tensor hollow = Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2).hollow();

        Tensor selected = hollow.select(axis, new int[] {1});

        assertThat(selected.elements()).isEqualTo(2);
        assertThat(selected.sizeBytes()).isEqualTo(8);
        assertThatIllegalStateException().isThrownBy(selected::floats).withMessageContaining("hollow");
        assertThatIllegalStateException().isThrownBy(hollow::bytes).withMessageContaining("hollow");
    }
}
