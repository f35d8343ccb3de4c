package io.espalier.pruning.quantisation;

import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Prints what integers do to a model. Run by hand; not a test.
 *
 * <p>{@code speed MODEL} times the model and narrower versions of it in float and in integers, on a quiet machine. {@code
 * accuracy MODEL DATA SCALE [MEAN STD]} compares sizes and accuracies on the test part, with commas between channels.
 */
final class QuantisationEvaluation {
    private static final int ROUNDS = 9;
    private static final double[] FRACTIONS = {1, 0.75, 0.5, 0.25};

    private QuantisationEvaluation() {}

    public static void main(String[] arguments) {
        Graph graph = OnnxReader.read(Path.of(arguments[1]));
        if (arguments[0].equals("speed")) {
            speed(graph);
            return;
        }
        Dataset data = Datasets.open(
                Path.of(arguments[2]),
                DatasetOptions.defaults().cachingIn(Path.of(System.getProperty("java.io.tmpdir"), "evaluation-data")));
        InputContract contract = new InputContract(
                Double.parseDouble(arguments[3]),
                arguments.length > 4 ? numbers(arguments[4]) : List.of(),
                arguments.length > 5 ? numbers(arguments[5]) : List.of());
        accuracy(graph, data, contract);
    }

    private static void accuracy(Graph graph, Dataset data, InputContract contract) {
        int[] order = Samples.shuffled(data.train().size(), 7);
        Samples validation = data.train().select(Arrays.copyOf(order, 1000));
        Samples calibration = data.train().select(Arrays.copyOfRange(order, 1000, 1500));
        Graph folded = PrunableNetwork.of(graph).folded();
        System.out.printf(
                "%-10s %8d bytes, test accuracy %.4f%n",
                "float", OnnxWriter.write(folded).length, accuracyOnTest(folded, data, contract));
        for (WeightRange weights : WeightRange.values()) {
            long start = System.nanoTime();
            QuantisedVariant variant = QuantisedVariant.of(graph, calibration, validation, contract, weights, 1);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%-10s %8d bytes (%.3f), test accuracy %.4f, validation %.3f -> %.3f, outputs differ by at most %.3f,"
                            + " made in %.1f s%n",
                    weights,
                    variant.onnx().length,
                    variant.sizeRatio(),
                    accuracyOnTest(variant.graph(), data, contract),
                    variant.before().score(),
                    variant.after().score(),
                    variant.maxOutputDifference(),
                    seconds);
            variant.trials()
                    .forEach(trial -> System.out.printf(
                            "    %-14s validation %.3f loss %.4f%n",
                            trial.clipping(),
                            trial.evaluation().accuracy(),
                            trial.evaluation().loss()));
        }
    }

    /** Both forms in turn, round after round, so that they see the same disturbances. */
    private static void speed(Graph graph) {
        PrunableNetwork network = PrunableNetwork.of(graph);
        ProbeTimer timer = new ProbeTimer(1, 50, 200, 40_000_000);
        for (double fraction : FRACTIONS) {
            int[] widths = network.groups().stream()
                    .mapToInt(group -> (int) Math.max(4, Math.round(group.size() * fraction / 4) * 4))
                    .toArray();
            Graph floats = network.shaped(widths);
            Graph eight = Quantiser.of(floats).shaped(WeightRange.EIGHT_BITS);
            Graph seven = Quantiser.of(floats).shaped(WeightRange.SEVEN_BITS);
            double[] micros = new double[ROUNDS];
            double[] eightRatios = new double[ROUNDS];
            double[] sevenRatios = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                micros[round] = timer.time("float", floats).medianMicros();
                eightRatios[round] = timer.time("eight", eight).medianMicros() / micros[round];
                sevenRatios[round] = timer.time("seven", seven).medianMicros() / micros[round];
            }
            System.out.printf(
                    "%4.2f of the widths: float %7.1f us, integers over float %.3f (8 bits) and %.3f (7 bits), %d -> %d"
                            + " bytes%n",
                    fraction,
                    median(micros),
                    median(eightRatios),
                    median(sevenRatios),
                    OnnxWriter.write(floats).length,
                    OnnxWriter.write(seven).length);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double accuracyOnTest(Graph graph, Dataset data, InputContract contract) {
        try (OnnxClassifier classifier = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.evaluate(classifier, data.test(), contract).accuracy();
        }
    }

    private static List<Double> numbers(String list) {
        return Arrays.stream(list.split(",")).map(Double::parseDouble).toList();
    }
}
