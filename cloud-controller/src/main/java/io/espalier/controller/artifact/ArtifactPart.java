package io.espalier.controller.artifact;

import java.nio.file.Path;

/** A file that goes into an artifact under a name of its own, such as "model.onnx". */
public record ArtifactPart(String name, Path file) {}
