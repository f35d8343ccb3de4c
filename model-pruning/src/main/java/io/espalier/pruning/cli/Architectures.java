package io.espalier.pruning.cli;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;

/** Networks a train job can ask for by name. */
final class Architectures {
    static final String FILE = "model.onnx";

    private Architectures() {}

    static Graph named(String name, long seed) {
        if (name.equals("source-cnn")) {
            return ReferenceNetworks.sourceCnn(seed);
        }
        throw new InvalidInputException(
                "The architecture is unknown", "\"" + name + "\" is not a network that can be made: try source-cnn");
    }
}
