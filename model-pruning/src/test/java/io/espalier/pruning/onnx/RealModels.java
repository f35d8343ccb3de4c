package io.espalier.pruning.onnx;

import io.espalier.pruning.data.RealData;
import io.espalier.pruning.graph.Graph;

/** The trained models that tests use where they are present. */
public final class RealModels {
    private RealModels() {}

    /** The model of this file name; the calling test is skipped, with the reason, where there is no data folder. */
    public static Graph read(String fileName) {
        return OnnxReader.read(RealData.file("models", fileName));
    }
}
