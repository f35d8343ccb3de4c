package io.espalier.pruning.training;

import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.Outputs;
import io.espalier.pruning.graph.Graph;

/** Compares what ONNX Runtime computes from an exported graph with what the trainer computed. */
final class ExportCheck {
    /** Of outputs up to 1 in magnitude; larger ones in proportion. */
    static final double TOLERANCE = 1e-4;

    private ExportCheck() {}

    /**
     * Largest difference between outputs, relative to the largest output where that is above 1.
     *
     * <p>Errors: {@link TrainingFailedException} above the tolerance.
     */
    static double check(Graph graph, byte[] onnx, TrainableNetwork network, Batches batches) {
        batches.startEpoch(0);
        batches.assemble(0);
        float[] expected;
        float[] actual;
        int classes;
        try (OnnxModel exported = OnnxModel.load(onnx, 1)) {
            float[] input = batches.values().clone();
            classes = exported.outputs();
            actual = new float[batches.size() * classes];
            new Teacher(exported).outputs(input, batches.size(), actual);
            expected = network.outputs(input, batches.inputShape());
        }
        String last = batches.goal().purpose() == Purpose.REGRESSION
                ? ""
                : graph.producer(graph.outputs().get(0).name())
                        .map(node -> node.opType())
                        .orElse("");
        double difference = 0;
        double magnitude = 1;
        for (int i = 0; i < batches.size(); i++) {
            float[] row = java.util.Arrays.copyOfRange(expected, i * classes, (i + 1) * classes);
            double[] logProbabilities = Outputs.logSoftmax(row);
            for (int c = 0; c < classes; c++) {
                double value = switch (last) {
                    case "Softmax" -> Math.exp(logProbabilities[c]);
                    case "LogSoftmax" -> logProbabilities[c];
                    default -> row[c];
                };
                difference = Math.max(difference, Math.abs(value - actual[i * classes + c]));
                magnitude = Math.max(magnitude, Math.abs(value));
            }
        }
        if (!(difference / magnitude <= TOLERANCE)) {
            throw new TrainingFailedException("The exported model differs by " + difference / magnitude
                    + " from the trained one; at most " + TOLERANCE + " is allowed, so it must not ship");
        }
        return difference / magnitude;
    }
}
