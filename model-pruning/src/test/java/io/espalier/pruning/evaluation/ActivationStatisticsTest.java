package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A 1x1 convolution that gives x, -x and 5, rectified, over the images (1,-2), (3,0) and (-1,-4). */
class ActivationStatisticsTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-9);
    private static final InputContract MINUS_TEN = new InputContract(1, List.of(10.0), List.of());

    private final Graph graph = network();
    private final Samples samples =
            ToyImages.of(new SampleShape(1, 1, 2), new byte[] {11, 8}, new byte[] {13, 10}, new byte[] {9, 6});

    @Test
    void countsZerosAndAveragesByChannel() {
        // Channel 0: 1,0, 3,0, 0,0. Channel 1: 0,2, 0,0, 1,4. Channel 2: 5 everywhere.
        ChannelStatistics statistics = watch("relu1", samples);

        assertThat(statistics.values()).isEqualTo(6);
        assertThat(statistics.zeroShare()).containsExactly(new double[] {4 / 6.0, 3 / 6.0, 0}, ROUNDING);
        assertThat(statistics.mean()).containsExactly(new double[] {4 / 6.0, 7 / 6.0, 5}, ROUNDING);
        assertThat(statistics.meanSquare()).containsExactly(new double[] {10 / 6.0, 21 / 6.0, 25}, ROUNDING);
    }

    @Test
    void readsTensorsInTheMiddleAndAtTheEnd() {
        assertThat(watch("conv1", samples).mean())
                .as("before the ReLU")
                .containsExactly(new double[] {-3 / 6.0, 3 / 6.0, 5}, ROUNDING);
        assertThat(watch("flatten1", samples).mean())
                .as("one number a position")
                .containsExactly(new double[] {4 / 3.0, 0, 1 / 3.0, 2, 5, 5}, ROUNDING);
        assertThat(ActivationStatistics.collect(graph, Map.of("relu1", 1, "dense1", 1), samples, MINUS_TEN, 1))
                .containsOnlyKeys("relu1", "dense1");
    }

    @Test
    void addsUpOverManyBatches() {
        Samples many = samples.select(IntStream.range(0, 201).map(i -> i % 3).toArray());

        ChannelStatistics statistics = watch("relu1", many);

        assertThat(statistics.values()).isEqualTo(402);
        assertThat(statistics.zeroShare())
                .containsExactly(watch("relu1", samples).zeroShare(), ROUNDING);
        assertThat(statistics.meanSquare())
                .containsExactly(watch("relu1", samples).meanSquare(), ROUNDING);
    }

    @Test
    void refusesWhatItCannotWatch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> watch("input", samples))
                .withMessageContaining("No node computes 'input'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> watch("relu1", samples.select(new int[0])))
                .withMessageContaining("no samples");
        assertThatThrownBy(() -> watch("relu1", ToyImages.samples(2, new SampleShape(1, 4, 4), 1)))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("4x4x1");
    }

    private ChannelStatistics watch(String tensor, Samples read) {
        return ActivationStatistics.collect(graph, Map.of(tensor, 1), read, MINUS_TEN, 1)
                .values()
                .iterator()
                .next();
    }

    private static Graph network() {
        NetworkBuilder net = new NetworkBuilder("watched", new Random(1));
        String x = net.relu(net.conv(net.input("input", 1, 1, 2), 3, 1, 1, 0));
        return net.build(net.gemm(net.flatten(x), 2))
                .withInitializers(Map.of(
                        "conv1_w", Tensor.ofFloats(new float[] {1, -1, 0}, 3, 1, 1, 1),
                        "conv1_b", Tensor.ofFloats(new float[] {0, 0, 5}, 3)));
    }
}
