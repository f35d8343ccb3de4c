package io.espalier.controller.model;

import java.nio.file.Path;

/** Where the files of base models are. */
public record ModelFiles(Path folder) {
    public Path of(ModelId id) {
        return folder.resolve(id.value());
    }

    public Path onnx(ModelId id) {
        return of(id).resolve("model.onnx");
    }

    public Path baseSuite(ModelId id) {
        return of(id).resolve("base-suite.pb");
    }

    public Path modelSuite(ModelId id) {
        return of(id).resolve("model-suite.pb");
    }

    public Path golden(ModelId id) {
        return of(id).resolve("golden.pb");
    }

    /** Labelled samples to feed a model with; only where there is a data set. */
    public Path replay(ModelId id) {
        return of(id).resolve("replay.pb");
    }
}
