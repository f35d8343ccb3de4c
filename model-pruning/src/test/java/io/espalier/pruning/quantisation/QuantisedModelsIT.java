package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.RealData;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.onnx.OnnxReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published models on the data they were made for keep their accuracy in integers that saturate nowhere. */
class QuantisedModelsIT {
    @TempDir
    static Path cache;

    private static @Nullable Dataset cifar;

    /** Raw pixels, Softmax, 75.5 % in float. */
    @Test
    void resnet8KeepsItsAccuracy() {
        QuantisedVariant variant = quantise("resnet8-cifar10.onnx", InputContract.RAW);

        assertThat(accuracy(variant, InputContract.RAW)).isCloseTo(0.755, within(0.006));
        assertThat(variant.sizeRatio()).isLessThan(0.29);
        assertThat(variant.ranges().values().iterator().next()).isEqualTo(new Range(0, 255));
        assertThat(OptimisedModel.operators(variant.graph())).doesNotContain("Conv", "Gemm", "Relu", "Add");
    }

    /** Scaled pixels, padded shortcuts, logits, 81.0 % in float. */
    @Test
    void resnet20KeepsItsAccuracy() {
        InputContract contract =
                new InputContract(1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

        QuantisedVariant variant = quantise("resnet20-cifar10.onnx", contract);

        assertThat(accuracy(variant, contract)).isCloseTo(0.81, within(0.008));
        assertThat(variant.sizeRatio()).isLessThan(0.28);
        assertThat(OptimisedModel.operators(variant.graph())).doesNotContain("Conv", "Gemm", "Relu", "Add", "Pad");
    }

    private static QuantisedVariant quantise(String model, InputContract contract) {
        Samples train = cifar().train();
        int[] order = Samples.shuffled(train.size(), 7);
        return QuantisedVariant.of(
                OnnxReader.read(RealData.file("models", model)),
                train.select(Arrays.copyOfRange(order, 1000, 1500)),
                train.select(Arrays.copyOf(order, 1000)),
                contract,
                WeightRange.SEVEN_BITS,
                1);
    }

    private static double accuracy(QuantisedVariant variant, InputContract contract) {
        try (OnnxClassifier model = OnnxClassifier.load(variant.onnx(), 1)) {
            return Evaluator.evaluate(model, cifar().test(), contract).accuracy();
        }
    }

    /** Decoded once for all tests. */
    private static Dataset cifar() {
        if (cifar == null) {
            DatasetOptions options = DatasetOptions.defaults()
                    .expecting(new SampleShape(3, 32, 32))
                    .cachingIn(cache);
            cifar = Datasets.open(RealData.file("cifar10-jpeg.zip"), options);
        }
        return cifar;
    }
}
