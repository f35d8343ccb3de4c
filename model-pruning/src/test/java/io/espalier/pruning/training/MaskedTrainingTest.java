package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.sparsity.MagnitudeMasks;
import io.espalier.pruning.sparsity.Mask;
import io.espalier.pruning.sparsity.Masks;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedTrainingTest {
    private static final SampleShape SHAPE = new SampleShape(2, 8, 8);

    private final Trainer trainer = new Dl4jTrainer(1);

    @ParameterizedTest
    @ValueSource(strings = {"residual", "depthwise", "grouped", "batch norm", "concat"})
    void maskedWeightsStayZeroWhileTheOthersMove(String topology) {
        Graph graph = BatchNormFolding.fold(TopologyZoo.graph(topology));
        Masks masks = MagnitudeMasks.perLayer(graph, 0.5);

        Graph trained = trainer.train(request(graph).keepingZero(masks)).graph();

        assertThat(masks.sparsity()).isBetween(0.4, 0.5);
        masks.byConstant().forEach((name, mask) -> {
            float[] before = graph.constant(name).floats();
            float[] after = trained.constant(name).floats();
            for (int i = 0; i < after.length; i++) {
                if (mask.isZero(i)) {
                    assertThat(Float.floatToRawIntBits(after[i]))
                            .as("%s[%d]", name, i)
                            .isZero();
                }
            }
            assertThat(IntStream.range(0, after.length).filter(i -> !mask.isZero(i) && after[i] != before[i]))
                    .as("weights of %s that moved", name)
                    .isNotEmpty();
        });
    }

    @Test
    void trainingWithoutMasksMovesThoseWeights() {
        Graph graph = TopologyZoo.graph("residual");
        Masks masks = MagnitudeMasks.perLayer(graph, 0.5);

        Graph trained = trainer.train(request(masks.applied(graph))).graph();

        assertThat(trained.constant("conv1_w").floats())
                .isNotEqualTo(masks.applied(trained).constant("conv1_w").floats());
    }

    @Test
    void refusesMasksOfAnotherNetwork() {
        TrainingRequest request = request(TopologyZoo.graph("residual"))
                .keepingZero(new Masks(Map.of("conv1_w", new Mask(7, new BitSet()))));

        assertThatThrownBy(() -> trainer.train(request)).hasMessageContaining("mask of 'conv1_w' is for 7 elements");
    }

    private static TrainingRequest request(Graph graph) {
        return TrainingRequest.of(
                graph, ToyImages.samples(256, SHAPE, 1), InputContract.RAW, TrainingSettings.of(2, 1));
    }
}
