package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.benchmarks.Origin;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Workplace;
import io.espalier.proto.Sha256;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.TrainingRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A network trained before any pruning: once a build, and kept by what it was trained from and with. */
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

    /** Trains, unless that was done before, on what campaigns with the same seed train on. */
    byte[] trained(Workplace place, Dataset data) {
        Path folder = place.setting().folder().resolve("dense");
        try {
            Path file =
                    folder.resolve(key(Origin.of(place.setting()), place, data).hex() + ".onnx");
            if (!Files.exists(file)) {
                place.log().println("training the dense network for " + epochs + " epochs, seed " + seed);
                byte[] onnx = new Dl4jTrainer(1)
                        .train(request(place, data).watchedBy(new LoggedProgress(place.log())))
                        .onnx();
                Files.createDirectories(folder);
                Path part = Files.createTempFile(folder, "dense", ".part");
                Files.write(part, onnx);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the dense network in " + folder, e);
        }
    }

    /** What it is kept by. The number of threads is not part of it, since each step has one. */
    Sha256 key(Origin origin, Workplace place, Dataset data) {
        String untrained = Sha256.of(OnnxWriter.write(subject.graph(place.setting(), seed)))
                .hex();
        return Sha256.of(
                (origin + untrained + data.digest() + subject.settings(epochs, seed)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * How it is trained: without the samples that campaigns with the same seed choose by.
     *
     * @param data all of it
     */
    TrainingRequest request(Workplace place, Dataset data) {
        return TrainingRequest.of(
                subject.graph(place.setting(), seed),
                Split.of(subject, place, data, seed).fitting().train(),
                subject.contract(),
                subject.settings(epochs, seed));
    }
}
