package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReferenceTest {
    private static final SampleShape SHAPE = new SampleShape(1, 1, 2);
    /** The values 1, 3, 5 and, in the second place, always 2. */
    private static final Samples SAMPLES = ToyImages.of(SHAPE, new byte[] {1, 2}, new byte[] {3, 2}, new byte[] {5, 2});

    @Test
    void aModelAgreesWithItselfEntirely() {
        assertThat(agreement(linear(1, 0, 0), linear(1, 0, 0))).isEqualTo(new Agreement(3, 1, 0));
    }

    @Test
    void measuresWhatIsExplainedAndWhatIsMissedByEachOutputAlike() {
        // The first output is 1, 3, 5: variation 8, squares 35. The second is a hundred times as large.
        Agreement shifted = agreement(linear(1, 0, 0), linear(1, 0, 1));
        assertThat(shifted.rSquared()).isCloseTo(((1 - 3 / 8.0) + 1) / 2, within(1e-6));
        assertThat(shifted.relativeError()).isCloseTo(Math.sqrt(3 / 35.0) / 2, within(1e-6));
    }

    @Test
    void theMeanExplainsNothingAndWorseIsBelowNothing() {
        assertThat(agreement(linear(1, 0, 0), linear(0, 0, 3)).rSquared()).isCloseTo(0.5, within(1e-6));
        Agreement opposite = agreement(linear(1, 0, 0), linear(-1, 0, 0));
        assertThat(opposite.rSquared()).isCloseTo((1 - 140 / 8.0 + 1) / 2, within(1e-5));
        assertThat(opposite.score()).isEqualTo(opposite.rSquared()).isNegative();
    }

    @Test
    void anOutputThatNeverChangesIsHitOrMissed() {
        assertThat(agreement(linear(0, 3, 0), linear(0, 3, 0)).rSquared()).isEqualTo(1);
        assertThat(agreement(linear(0, 3, 0), linear(0, 3, 1)).rSquared()).isLessThan(-1000);
        assertThat(agreement(linear(0, 0, 0), linear(0, 0, 0))).isEqualTo(new Agreement(3, 1, 0));
    }

    @Test
    void whatIsNoNumberIsFarOff() {
        Agreement broken = agreement(linear(1, 0, 0), linear(1, 0, Float.NaN));
        assertThat(broken.rSquared()).isLessThan(-1e30).isGreaterThan(Double.NEGATIVE_INFINITY);
        assertThat(broken.score()).isFinite().isNegative();
    }

    @Test
    void refusesAModelThatGivesNothingToGoBy() {
        assertThatThrownBy(() -> agreement(linear(1, 0, Float.NaN), linear(1, 0, 0)))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageContaining("The model gives NaN for sample 0");
        Samples alike = ToyImages.of(SHAPE, new byte[] {1, 2}, new byte[] {1, 2});
        try (OnnxModel model = load(linear(1, 0, 0))) {
            assertThatThrownBy(() -> Reference.of(model, alike, InputContract.RAW))
                    .isInstanceOf(UnusableModelException.class)
                    .hasMessageContaining("The model gives the same for all of 2 samples")
                    .hasMessageContaining("Check the input scaling");
        }
    }

    @Test
    void refusesAModelWithOtherOutputs() {
        NetworkBuilder n = new NetworkBuilder("one", new Random(1));
        Graph one = n.build(n.gemm(n.input("input", 2), 1));
        assertThatThrownBy(() -> agreement(linear(1, 0, 0), one))
                .isInstanceOf(UnusableModelException.class)
                .hasMessage("The model has outputs of [1] numbers a sample, but [1, 1] are wanted");
    }

    @Test
    void keepsNoMoreThanItMay() {
        try (OnnxModel model = load(linear(1, 0, 0))) {
            Reference two = Reference.of(model, SAMPLES, InputContract.RAW, 2 * 2 * Float.BYTES);
            assertThat(two.agreement(model)).isEqualTo(new Agreement(2, 1, 0));
        }
    }

    private static Agreement agreement(Graph unpruned, Graph variant) {
        try (OnnxModel wanted = load(unpruned);
                OnnxModel got = load(variant)) {
            return Reference.of(wanted, SAMPLES, InputContract.RAW).agreement(got);
        }
    }

    private static OnnxModel load(Graph graph) {
        return OnnxModel.load(OnnxWriter.write(graph), 1);
    }

    /** Two outputs: {@code first * x1 + second * x2 + bias}, and a hundred times x1. */
    private static Graph linear(float first, float second, float bias) {
        NetworkBuilder n = new NetworkBuilder("linear", new Random(1));
        String x = n.input("input", 2);
        Graph graph = n.build(n.gemm(x, 1), n.gemm(x, 1));
        return graph.withInitializers(Map.of(
                "dense1_w",
                        Tensor.ofFloats(
                                new float[] {first, second},
                                graph.constant("dense1_w").shape()),
                "dense1_b",
                        Tensor.ofFloats(
                                new float[] {bias}, graph.constant("dense1_b").shape()),
                "dense2_w",
                        Tensor.ofFloats(
                                new float[] {100, 0}, graph.constant("dense2_w").shape()),
                "dense2_b",
                        Tensor.ofFloats(
                                new float[] {0}, graph.constant("dense2_b").shape())));
    }
}
