package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Workplace;
import io.espalier.proto.Sha256;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.graph.Graph;
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

/** A network trained before any pruning: once, and kept by what it was trained from. */
record DenseNetwork(Subject subject, int epochs, long seed) {

    /** Trains it and reads the test split, for the table. */
    Step step(String name) {
        return new Step(name, place -> {
            Dataset data = subject.data(place);
            byte[] onnx = trained(place, data);
            return new ObjectMapper()
                    .createObjectNode()
                    .put("digest", Sha256.of(onnx).hex())
                    .put("accuracy", subject.accuracy(onnx, data.test()));
        });
    }

    /** Trains on the training part, unless that was done before. */
    byte[] trained(Workplace place, Dataset data) {
        Graph untrained = subject.graph(place.setting(), seed);
        TrainingSettings settings = subject.settings(epochs, seed);
        Sha256 recipe = Sha256.of((Sha256.of(OnnxWriter.write(untrained)).hex() + data.digest() + settings)
                .getBytes(StandardCharsets.UTF_8));
        Path file = place.setting().folder().resolve("dense").resolve(recipe.hex() + ".onnx");
        try {
            if (!Files.exists(file)) {
                place.log().println("training the dense network for " + epochs + " epochs, seed " + seed);
                byte[] onnx = new Dl4jTrainer(1)
                        .train(TrainingRequest.of(untrained, data.train(), subject.contract(), settings)
                                .watchedBy(new LoggedProgress(place.log())))
                        .onnx();
                Files.createDirectories(file.getParent());
                Path part = Files.createTempFile(file.getParent(), "dense", ".part");
                Files.write(part, onnx);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the dense network in " + file, e);
        }
    }
}
