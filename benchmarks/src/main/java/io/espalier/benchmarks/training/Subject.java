package io.espalier.benchmarks.training;

import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.training.Augmentation;
import io.espalier.pruning.training.TrainingSettings;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Networks that benchmarks train, each with its data and how raw values become its input. */
enum Subject {
    SOURCE_CNN(ReferenceNetworks::sourceCnn, Augmentation.NONE, 12_800),
    LENET5(ReferenceNetworks::lenet5, Augmentation.SHIFT, 12_800),
    LENET300(ReferenceNetworks::lenet300, Augmentation.SHIFT, 60_000),
    RESNET8("models/resnet8-cifar10.onnx", InputContract.RAW, 3_200),
    RESNET20(
            "models/resnet20-cifar10.onnx",
            new InputContract(1.0 / 255, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)),
            1_600);

    private final String data;
    private final String model;
    private final @Nullable LongFunction<Graph> untrained;
    private final InputContract contract;
    private final SampleShape shape;
    private final Augmentation augmentation;
    private final int imagesToTime;

    /** A network to be trained from nothing on MNIST. */
    Subject(LongFunction<Graph> untrained, Augmentation augmentation, int imagesToTime) {
        this.data = "mnist";
        this.model = "";
        this.untrained = untrained;
        this.contract = new InputContract(1.0 / 255, List.of(), List.of());
        this.shape = new SampleShape(1, 28, 28);
        this.augmentation = augmentation;
        this.imagesToTime = imagesToTime;
    }

    /** A published network for CIFAR-10. */
    Subject(String model, InputContract contract, int imagesToTime) {
        this.data = "cifar10-jpeg.zip";
        this.model = model;
        this.untrained = null;
        this.contract = contract;
        this.shape = new SampleShape(3, 32, 32);
        this.augmentation = Augmentation.MIRROR;
        this.imagesToTime = imagesToTime;
    }

    /** The network as it comes: trained where a file has it, else with random weights that follow from the seed. */
    Graph graph(Setting setting, long seed) {
        return untrained != null ? untrained.apply(seed) : OnnxReader.read(setting.data(model));
    }

    /** How the network is trained before it is pruned. */
    TrainingSettings settings(int epochs, long seed) {
        TrainingSettings settings = TrainingSettings.of(epochs, seed).withAugmentation(augmentation);
        return untrained != null ? settings.fromScratch() : settings;
    }

    /** Real data that is read, by the names in the data folder. */
    List<String> reads() {
        return untrained != null ? List.of(data) : List.of(data, model);
    }

    /** The published network's file, by its name in the data folder. */
    String file() {
        return model;
    }

    InputContract contract() {
        return contract;
    }

    Dataset data(Workplace place) {
        place.log().println("reading " + data);
        return Datasets.open(
                place.setting().data(data),
                DatasetOptions.defaults()
                        .expecting(shape)
                        .cachingIn(place.setting().folder().resolve("images")));
    }

    double accuracy(byte[] onnx, Samples samples) {
        try (OnnxClassifier model = OnnxClassifier.load(onnx, 1)) {
            return Evaluator.evaluate(model, samples, contract).accuracy();
        }
    }

    int imagesToTime() {
        return imagesToTime;
    }
}
