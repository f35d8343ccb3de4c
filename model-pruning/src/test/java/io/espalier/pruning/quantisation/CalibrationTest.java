package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);

    @Test
    void findsTheExtremesOverAllSamples() {
        // More samples than one batch holds.
        Samples samples = ToyImages.samples(150, SHAPE, 1);

        Range range = calibrate(-2, samples, InputContract.RAW).getOrDefault("y", new Range(0, 0));

        assertThat(range).isEqualTo(new Range(-2 * brightest(samples), 0));
    }

    @Test
    void knowsTheRangeOfBytesWithoutSeeingThemAll() {
        Samples dim = ToyImages.samples(3, SHAPE, 1);

        assertThat(calibrate(1, dim, InputContract.RAW)).containsEntry("x", new Range(0, 255));
        assertThat(calibrate(1, dim, new InputContract(1 / 255.0, List.of(0.5), List.of(0.25))))
                .containsEntry("x", new Range(-2, 2));
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        assertThatThrownBy(() -> calibrate(Float.MAX_VALUE, ToyImages.samples(3, SHAPE, 1), InputContract.RAW))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("Tensor 'y' becomes Infinity");
    }

    /** {@code y = weight * x}. */
    private static Map<String, Range> calibrate(float weight, Samples samples, InputContract contract) {
        Graph graph = new GraphBuilder("times", 13)
                .input("x", Shape.of(Shape.BATCH, 1, 8, 8))
                .output("y", Shape.of(Shape.BATCH, 1, 8, 8))
                .initializer("w", Tensor.ofFloats(new float[] {weight}, 1, 1, 1, 1))
                .node(Node.of("y", "Conv", List.of("x", "w"), "y", Map.of()))
                .build();
        return Calibration.of(graph, List.of("x", "y"), samples, contract, 1).ranges(Clipping.MIN_MAX);
    }

    private static float brightest(Samples samples) {
        float[] values = new float[SHAPE.values()];
        float brightest = 0;
        for (int i = 0; i < samples.size(); i++) {
            samples.copyRaw(i, values, 0);
            for (float value : values) {
                brightest = Math.max(brightest, value);
            }
        }
        return brightest;
    }
}
