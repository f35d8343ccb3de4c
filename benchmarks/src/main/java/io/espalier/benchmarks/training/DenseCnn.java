package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Workplace;
import io.espalier.proto.Sha256;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;

/** The source document's CNN, trained from scratch once and kept by what it was trained from. */
@SuppressWarnings("ArrayRecordComponent")
record DenseCnn(byte[] onnx, Graph graph) {
    private static final int EPOCHS = 6;

    /** One step a seed, so that they are there for the steps of the next stage. */
    static List<Step> steps(Setting setting) {
        return IntStream.rangeClosed(1, setting.seeds())
                .mapToObj(seed -> new Step("dense." + seed, place -> {
                    Dataset data = Subject.SOURCE_CNN.data(place);
                    DenseCnn dense = trained(seed, place, data);
                    return new ObjectMapper()
                            .createObjectNode()
                            .put("digest", Sha256.of(dense.onnx()).hex());
                }))
                .toList();
    }

    /** Trains on the training part, unless that was done before. */
    static DenseCnn trained(int seed, Workplace place, Dataset data) {
        Graph untrained = ReferenceNetworks.sourceCnn(seed);
        TrainingSettings settings = TrainingSettings.of(EPOCHS, seed).fromScratch();
        Sha256 recipe = Sha256.of((Sha256.of(OnnxWriter.write(untrained)).hex() + data.digest() + settings)
                .getBytes(StandardCharsets.UTF_8));
        Path file = place.setting().folder().resolve("dense").resolve(recipe.hex() + ".onnx");
        try {
            if (!Files.exists(file)) {
                place.log().println("training the dense network, seed " + seed);
                byte[] onnx = new Dl4jTrainer(1)
                        .train(TrainingRequest.of(untrained, data.train(), Subject.SOURCE_CNN.contract(), settings)
                                .watchedBy(new LoggedProgress(place.log())))
                        .onnx();
                Files.createDirectories(file.getParent());
                Path part = Files.createTempFile(file.getParent(), "dense", ".part");
                Files.write(part, onnx);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            byte[] onnx = Files.readAllBytes(file);
            return new DenseCnn(onnx, OnnxReader.read(onnx));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the dense network in " + file, e);
        }
    }

    double accuracy(Samples samples) {
        try (OnnxClassifier model = OnnxClassifier.load(onnx, 1)) {
            return Evaluator.evaluate(model, samples, Subject.SOURCE_CNN.contract())
                    .accuracy();
        }
    }
}
