package io.espalier.pruning.onnx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.pruning.graph.Graph;
import java.nio.file.Path;

/** The trained models that tests use where they are present. */
public final class RealModels {
    private RealModels() {}

    /** The model of this file name; the calling test is skipped, with the reason, where there is no data folder. */
    public static Graph read(String fileName) {
        String data = System.getenv("ESPALIER_DATA");
        assumeTrue(data != null, "skipped: ESPALIER_DATA is not set, so " + fileName + " is not there");
        return OnnxReader.read(Path.of(data, "models", fileName));
    }
}
