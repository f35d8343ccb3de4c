package io.espalier.benchmarks.training;

import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.List;

/** Networks that benchmarks train, each with its data and how raw values become its input. */
enum Subject {
    SOURCE_CNN("mnist", "", new InputContract(1.0 / 255, List.of(), List.of()), new SampleShape(1, 28, 28), 12_800),
    RESNET8("cifar10-jpeg.zip", "models/resnet8-cifar10.onnx", InputContract.RAW, new SampleShape(3, 32, 32), 3_200),
    RESNET20(
            "cifar10-jpeg.zip",
            "models/resnet20-cifar10.onnx",
            new InputContract(1.0 / 255, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)),
            new SampleShape(3, 32, 32),
            1_600);

    private final String data;
    private final String model;
    private final InputContract contract;
    private final SampleShape shape;
    private final int imagesToTime;

    Subject(String data, String model, InputContract contract, SampleShape shape, int imagesToTime) {
        this.data = data;
        this.model = model;
        this.contract = contract;
        this.shape = shape;
        this.imagesToTime = imagesToTime;
    }

    /** The network as it comes: trained where a file has it, else with random weights. */
    Graph graph(Setting setting) {
        return model.isEmpty() ? ReferenceNetworks.sourceCnn(1) : OnnxReader.read(setting.data(model));
    }

    /** The published network's file, by its name in the data folder; empty where it is trained from nothing. */
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

    int imagesToTime() {
        return imagesToTime;
    }
}
