package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.ConfusionMatrix;
import io.espalier.pruning.evaluation.Evaluation;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.QuantisedVariant.Trial;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantisedVariantTest {
    private static final SampleShape SHAPE = new SampleShape(1, 8, 8);
    private static final Samples CALIBRATION = ToyImages.samples(200, SHAPE, 1);
    private static final Samples VALIDATION = ToyImages.samples(200, SHAPE, 2);
    private static final QuantisedVariant VARIANT = quantise(cornerFinder());

    @Test
    void classifiesAsWellAsBeforeInAThirdOfTheBytes() {
        assertThat(VARIANT.before().score()).isGreaterThan(0.95);
        assertThat(VARIANT.accuracyDrop()).isLessThan(0.01);
        assertThat(VARIANT.sizeRatio()).isLessThan(0.4);
        assertThat(VARIANT.sizeBytesBefore()).isEqualTo(OnnxWriter.write(cornerFinder()).length);
    }

    @Test
    void reportsWhatTheShippedFileDoes() {
        try (OnnxClassifier shipped = OnnxClassifier.load(VARIANT.onnx(), 1)) {
            assertThat(Evaluator.evaluate(shipped, VALIDATION, InputContract.RAW))
                    .isEqualTo(VARIANT.after());
        }
        assertThat(VARIANT.trials()).extracting(Trial::clipping).containsExactly(Clipping.values());
        assertThat(VARIANT.trials()).contains(new Trial(VARIANT.clipping(), VARIANT.after()));
        assertThat(VARIANT.ranges()).containsEntry("input", new Range(0, 255));
        assertThat(VARIANT.maxOutputDifference()).isPositive().isLessThan(0.2);
        assertThat(OnnxReader.read(VARIANT.onnx()).metadata()).containsEntry("espalier.int8.weights", "63");
    }

    @Test
    void givesTheSameBytesForTheSameInputs() {
        assertThat(quantise(cornerFinder()).onnx()).isEqualTo(VARIANT.onnx());
    }

    @Test
    void foldsBatchNormalisationsFirst() {
        NetworkBuilder net = new NetworkBuilder("normed", new Random(1));
        String x = net.relu(net.batchNorm(net.conv(net.input("input", 1, 8, 8), 4, 3, 1, 1)));

        QuantisedVariant normed = quantise(net.build(net.gemm(net.flatten(x), 4)));

        assertThat(OptimisedModel.operators(normed.graph()))
                .contains("QLinearConv", "QGemm")
                .doesNotContain("BatchNormalization", "Conv", "Relu");
    }

    @Test
    void prefersAccuracyThenLossThenTheSimplestClipping() {
        Trial minMax = trial(Clipping.MIN_MAX, 0.8, 0.5);
        Trial percentile = trial(Clipping.PERCENTILE, 0.8, 0.4);
        Trial leastSquares = trial(Clipping.LEAST_SQUARES, 0.7, 0.1);

        assertThat(QuantisedVariant.best(List.of(minMax, percentile, leastSquares)))
                .isEqualTo(percentile);
        assertThat(QuantisedVariant.best(List.of(minMax, trial(Clipping.PERCENTILE, 0.8, 0.5))))
                .isEqualTo(minMax);
    }

    private static Trial trial(Clipping clipping, double accuracy, double loss) {
        return new Trial(clipping, new Evaluation(100, accuracy, accuracy, loss, ConfusionMatrix.EMPTY));
    }

    private static QuantisedVariant quantise(Graph graph) {
        return QuantisedVariant.of(graph, CALIBRATION, VALIDATION, InputContract.RAW, WeightRange.SEVEN_BITS, 1);
    }

    /** Sums each corner of the image after two convolutions that blur it a little. */
    private static Graph cornerFinder() {
        NetworkBuilder net = new NetworkBuilder("corners", new Random(5));
        net.constant("first", blur(16, 1));
        net.constant("second", blur(16, 16));
        net.constant("sums", corners(16));
        String x = net.input("input", 1, 8, 8);
        for (String weights : List.of("first", "second")) {
            x = net.relu(net.op("Conv", List.of(x, weights), Map.of("pads", Attribute.ints(1, 1, 1, 1))));
        }
        return net.build(net.softmax(net.op("MatMul", List.of(net.flatten(x), "sums"), Map.of())));
    }

    private static Tensor blur(int outputs, int inputs) {
        Random random = new Random(outputs + inputs);
        float[] values = new float[outputs * inputs * 9];
        for (int i = 0; i < values.length; i++) {
            values[i] = (0.5f + random.nextFloat()) / (9 * inputs);
        }
        return Tensor.ofFloats(values, outputs, inputs, 3, 3);
    }

    /** Shape: {@code [channels * 64, 4]}. */
    private static Tensor corners(int channels) {
        float[] values = new float[channels * 64 * ToyImages.CLASSES];
        for (int i = 0; i < channels * 64; i++) {
            int corner = (i % 64 / 8 < 4 ? 0 : 2) + (i % 8 < 4 ? 0 : 1);
            values[i * ToyImages.CLASSES + corner] = 0.01f / channels;
        }
        return Tensor.ofFloats(values, channels * 64, ToyImages.CLASSES);
    }
}
