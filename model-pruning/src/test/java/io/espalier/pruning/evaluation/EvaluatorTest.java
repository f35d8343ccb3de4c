package io.espalier.pruning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);

    @Test
    void countsAccuracyMacroF1AndLoss() {
        Confusion confusion = new Confusion(3);
        confusion.add(0, new float[] {0.7f, 0.2f, 0.1f});
        confusion.add(0, new float[] {0.2f, 0.7f, 0.1f});
        confusion.add(1, new float[] {0.1f, 0.8f, 0.1f});
        Evaluation evaluation = confusion.evaluation();
        assertThat(evaluation.accuracy()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(evaluation.macroF1()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(evaluation.loss()).isCloseTo(-(Math.log(0.7) + Math.log(0.2) + Math.log(0.8)) / 3, within(1e-6));
    }

    @Test
    void macroF1CountsAClassThatIsNeverFoundAsMuchAsALargeOne() {
        Confusion confusion = new Confusion(2);
        for (int i = 0; i < 9; i++) {
            confusion.add(0, saying(0, 2));
        }
        confusion.add(1, saying(0, 2));
        Evaluation evaluation = confusion.evaluation();
        assertThat(evaluation.accuracy()).isCloseTo(0.9, within(1e-9));
        // Class 0 has a precision of 9/10 and a recall of 1, so F1 18/19; class 1 has none.
        assertThat(evaluation.macroF1()).isCloseTo(9 / 19.0, within(1e-9));
    }

    @Test
    void macroF1LeavesOutClassesThatDoNotOccurEvenWhereTheyAreSaid() {
        Confusion confusion = new Confusion(4);
        confusion.add(0, saying(0, 4));
        confusion.add(0, saying(2, 4));
        confusion.add(1, saying(1, 4));
        // Class 2 is said but does not occur: it costs class 0 recall. Nobody ever speaks of class 3.
        assertThat(confusion.evaluation().macroF1()).isCloseTo((2 / 3.0 + 1) / 2, within(1e-9));
    }

    @Test
    void withoutSamplesNothingIsRight() {
        Evaluation evaluation = new Confusion(2).evaluation();
        assertThat(evaluation.accuracy()).isZero();
        assertThat(evaluation.macroF1()).isZero();
    }

    @Test
    void readsLogitsAndProbabilitiesAlike() {
        double[] fromLogits = Outputs.logProbabilities(new float[] {1, 3, -2});
        float[] probabilities = new float[3];
        for (int c = 0; c < 3; c++) {
            probabilities[c] = (float) Math.exp(fromLogits[c]);
        }
        assertThat(Outputs.logProbabilities(probabilities)).containsExactly(fromLogits, within(1e-5));
    }

    @Test
    void evaluatesMoreSamplesThanFitOneBatch() {
        Samples samples = ToyImages.samples(450, SHAPE, 1);
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(network(4)), 1)) {
            assertThat(model.input()).isEqualTo(new ModelInput("input", SHAPE, Layout.NCHW));
            Evaluation evaluation = Evaluator.evaluate(model, samples, InputContract.RAW);
            assertThat(evaluation.samples()).isEqualTo(450);
            assertThat(ContractSearch.rank(model, samples)).hasSize(4);
        }
    }

    @Test
    void refusesLabelsBeyondTheOutputs() {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(network(2)), 1)) {
            assertThatThrownBy(() -> Evaluator.evaluate(model, ToyImages.samples(50, SHAPE, 1), InputContract.RAW))
                    .isInstanceOf(UnusableModelException.class)
                    .hasMessageContaining("labels do not match");
        }
    }

    @Test
    void refusesBytesThatAreNoModel() {
        assertThatThrownBy(() -> OnnxClassifier.load(new byte[] {1, 2, 3}, 1))
                .isInstanceOf(UnusableModelException.class);
    }

    @Test
    void tellsChannelsFirstFromChannelsLast() {
        assertThat(ModelInput.of("x", List.of(-1L, 96L, 96L, 3L)))
                .isEqualTo(new ModelInput("x", new SampleShape(3, 96, 96), Layout.NHWC));
        assertThat(ModelInput.of("x", List.of(1L, 3L, 32L, 32L)))
                .isEqualTo(new ModelInput("x", new SampleShape(3, 32, 32), Layout.NCHW));
        assertThatThrownBy(() -> ModelInput.of("x", List.of(-1L, 3L, -1L, 32L)))
                .hasMessageContaining("only the batch dimension");
    }

    @Test
    void takesGuessingForChance() {
        assertThat(ContractSearch.isNearChance(0.11, 0.1, 2000)).isTrue();
        assertThat(ContractSearch.isNearChance(0.104, 0.1, 500)).isTrue();
        assertThat(ContractSearch.isNearChance(0.62, 0.1, 500)).isFalse();
        assertThat(ContractSearch.isNearChance(0.5, 0.5, 500)).isTrue();
        assertThat(ContractSearch.isNearChance(0.8, 0.5, 500)).isFalse();
    }

    private static float[] saying(int best, int classes) {
        float[] outputs = new float[classes];
        outputs[best] = 1;
        return outputs;
    }

    private static Graph network(int classes) {
        NetworkBuilder n = new NetworkBuilder("toy", new Random(3));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 4, 3, 1, 1));
        return n.build(n.softmax(n.gemm(n.flatten(x), classes)));
    }
}
