package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.RandomNetworks;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the topology, integers say nearly what float says. */
class QuantisedTopologiesTest {
    private static final InputContract CONTRACT = new InputContract(1 / 64.0, List.of(1.0), List.of());

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysNearlyWhatFloatSays(long seed) {
        Graph graph = BatchNormFolding.fold(RandomNetworks.ofSeed(seed));
        Samples samples = ToyImages.samples(32, ModelInput.of(graph).shape(), seed);
        Quantiser quantiser = Quantiser.of(graph);
        Calibration calibration = Calibration.of(quantiser.graph(), quantiser.tensors(), samples, CONTRACT, 1);

        Graph quantised = quantiser.quantise(calibration.ranges(Clipping.MIN_MAX), WeightRange.SEVEN_BITS);

        double error = relativeError(outputs(graph, samples), outputs(quantised, samples));
        assertThat(error).as("seed %d", seed).isLessThan(0.06);
    }

    private static float[][] outputs(Graph graph, Samples samples) {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.outputs(model, samples, CONTRACT);
        }
    }

    /** Root mean square of the differences over that of the values. */
    private static double relativeError(float[][] expected, float[][] actual) {
        double differences = 0;
        double values = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                differences += Math.pow(expected[i][j] - actual[i][j], 2);
                values += Math.pow(expected[i][j], 2);
            }
        }
        return Math.sqrt(differences / values);
    }
}
