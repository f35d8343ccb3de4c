package io.espalier.benchmarks.training;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.CovarianceTally;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InputValues;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.importance.TopChannels;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** Lets a network of dense layers read fewer and fewer values of its input, and trains it after each cut. */
@SuppressWarnings("ArrayRecordComponent")
record FewerInputs(Subject subject, int[] counts, int epochsEach, long seed) {
    private static final int WATCHED_SAMPLES = 5_000;

    /** The network with the last of the counts, which ships its own Gather. */
    byte[] of(byte[] dense, byte[] teaching, Dataset data, PrintStream log) {
        double[][] covariance = covariance(data.train().draw(WATCHED_SAMPLES, seed));
        TrainingSettings settings = TrainingSettings.of(epochsEach, seed);
        byte[] onnx = dense;
        try (OnnxClassifier teacher = OnnxClassifier.load(teaching, 1)) {
            for (int count : counts) {
                log.println("reading " + count + " values of the input");
                onnx = new Dl4jTrainer(1)
                        .train(TrainingRequest.of(
                                        cut(OnnxReader.read(onnx), covariance, count),
                                        data.train(),
                                        subject.contract(),
                                        settings)
                                .taughtBy(teacher)
                                .watchedBy(new LoggedProgress(log)))
                        .onnx();
            }
        }
        return onnx;
    }

    private static Graph cut(Graph network, double[][] covariance, int count) {
        InputValues inputs = InputValues.of(network);
        int[] read = inputs.read();
        double[][] ofThose = new double[read.length][read.length];
        for (int a = 0; a < read.length; a++) {
            for (int b = 0; b < read.length; b++) {
                ofThose[a][b] = covariance[read[a]][read[b]];
            }
        }
        double[] scores = ReconstructionImportance.explained(ofThose, inputs.squaredWeights());
        return inputs.keeping(TopChannels.keep(scores, count));
    }

    private double[][] covariance(Samples samples) {
        int size = samples.shape().values();
        int[] all = IntStream.range(0, size).toArray();
        CovarianceTally tally = new CovarianceTally(Shape.of(Shape.BATCH, size), new int[][] {all});
        float[] values = new float[size];
        for (int i = 0; i < samples.size(); i++) {
            subject.contract().write(samples, i, Layout.NCHW, values, 0);
            tally.add(FloatBuffer.wrap(values));
        }
        return tally.covariance();
    }
}
