package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.RealData;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.evaluation.ContractSearch;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.keras.KerasModel;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published models on the data they were made for. The accuracies prove that inputs are handled as at training. */
class RealModelsIT {
    private static final InputContract IMAGENET =
            new InputContract(1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    @TempDir
    static Path cache;

    @Test
    void resnet8FromKerasHasTheSameAccuracy() {
        byte[] onnx = KerasModel.read(RealData.file("models", "mlperf-tiny-resnet8.h5"))
                .onnx();
        try (OnnxClassifier model = OnnxClassifier.load(onnx, 2)) {
            assertThat(Evaluator.evaluate(model, cifar().test(), InputContract.RAW)
                            .accuracy())
                    .isCloseTo(0.755, within(0.002));
        }
    }

    @Test
    void resnet8HasItsKnownAccuracyAndCanBeTrained() throws IOException {
        Dataset cifar = cifar();
        byte[] onnx = model("resnet8-cifar10.onnx");
        try (OnnxClassifier model = OnnxClassifier.load(onnx, 2)) {
            assertThat(ContractSearch.rank(model, cifar.test()).get(0).contract())
                    .isEqualTo(InputContract.RAW);
            assertThat(Evaluator.evaluate(model, cifar.test(), InputContract.RAW)
                            .accuracy())
                    .isCloseTo(0.755, within(0.002));
            TrainingResult tuned = new Dl4jTrainer(2)
                    .train(TrainingRequest.of(
                                    OnnxReader.read(onnx),
                                    cifar.train().draw(640, 1),
                                    InputContract.RAW,
                                    TrainingSettings.of(1, 1).withAugmentation(Augmentation.MIRROR_AND_SHIFT))
                            .taughtBy(model));
            assertThat(tuned.maxDifference()).isLessThan(ExportCheck.TOLERANCE);
            try (OnnxClassifier after = OnnxClassifier.load(tuned.onnx(), 2)) {
                assertThat(Evaluator.evaluate(after, cifar.test().draw(2000, 1), InputContract.RAW)
                                .accuracy())
                        .isGreaterThan(0.74);
            }
        }
    }

    @Test
    void resnet20HasItsKnownAccuracyAndCanBeTrained() throws IOException {
        Dataset cifar = cifar();
        byte[] onnx = model("resnet20-cifar10.onnx");
        try (OnnxClassifier model = OnnxClassifier.load(onnx, 2)) {
            assertThat(ContractSearch.rank(model, cifar.test()).get(0).contract())
                    .isEqualTo(IMAGENET);
            assertThat(Evaluator.evaluate(model, cifar.test(), IMAGENET).accuracy())
                    .isCloseTo(0.81, within(0.002));
        }
        TrainingResult untouched = new Dl4jTrainer(2)
                .train(TrainingRequest.of(
                        OnnxReader.read(onnx), cifar.train().draw(64, 1), IMAGENET, TrainingSettings.of(0, 1)));
        assertThat(untouched.maxDifference()).isLessThan(1e-5);
    }

    @Test
    void theSourceNetworkLearnsDigitsFromScratch() {
        Dataset mnist = Datasets.open(RealData.file("mnist"), DatasetOptions.defaults());
        InputContract contract = new InputContract(1 / 255.0, List.of(), List.of());
        TrainingResult trained = new Dl4jTrainer(2)
                .train(TrainingRequest.of(
                        ReferenceNetworks.sourceCnn(1),
                        mnist.train().draw(6000, 1),
                        contract,
                        TrainingSettings.of(1, 1).fromScratch()));
        try (OnnxClassifier model = OnnxClassifier.load(trained.onnx(), 2)) {
            assertThat(Evaluator.evaluate(model, mnist.test(), contract).accuracy())
                    .isGreaterThan(0.93);
        }
    }

    private static Dataset cifar() {
        DatasetOptions options =
                DatasetOptions.defaults().expecting(new SampleShape(3, 32, 32)).cachingIn(cache);
        return Datasets.open(RealData.file("cifar10-jpeg.zip"), options);
    }

    private static byte[] model(String name) throws IOException {
        return Files.readAllBytes(RealData.file("models", name));
    }
}
