package io.espalier.pruning.quantisation;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.PaddedShortcuts;
import io.espalier.pruning.latency.ProbeTimer;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints size, accuracy on the test part and speed of a model in both weight ranges against float. Run by hand on a quiet
 * machine; not a test.
 *
 * <p>Arguments: model file, data set, scale, and optionally mean and std with a comma between channels.
 */
final class QuantisationEvaluation {
    private static final int ROUNDS = 15;

    private QuantisationEvaluation() {}

    public static void main(String[] arguments) {
        Graph graph = OnnxReader.read(Path.of(arguments[0]));
        Dataset data = Datasets.open(
                Path.of(arguments[1]),
                DatasetOptions.defaults()
                        .cachingIn(Path.of(System.getProperty("java.io.tmpdir"), "quantisation-data")));
        InputContract contract = new InputContract(
                Double.parseDouble(arguments[2]),
                arguments.length > 3 ? numbers(arguments[3]) : List.of(),
                arguments.length > 4 ? numbers(arguments[4]) : List.of());
        int[] order = Samples.shuffled(data.train().size(), 7);
        Samples validation = data.train().select(Arrays.copyOf(order, 1000));
        Samples calibration = data.train().select(Arrays.copyOfRange(order, 1000, 1500));
        Graph folded = PaddedShortcuts.toConvolutions(BatchNormFolding.fold(graph));
        Map<String, Graph> forms = new LinkedHashMap<>();
        forms.put("float", folded);
        System.out.printf(
                "%-14s %8d bytes, test accuracy %.4f%n", "float", size(folded), accuracy(folded, data, contract));
        for (WeightRange weights : WeightRange.values()) {
            long start = System.nanoTime();
            QuantisedVariant variant = QuantisedVariant.of(graph, calibration, validation, contract, weights, 1);
            double seconds = (System.nanoTime() - start) / 1e9;
            forms.put(weights.name(), variant.graph());
            System.out.printf(
                    "%-14s %8d bytes (%.3f), test accuracy %.4f, validation %.3f -> %.3f, outputs differ by at most %.3f, made in %.1f s%n",
                    weights,
                    variant.onnx().length,
                    variant.sizeRatio(),
                    accuracy(variant.graph(), data, contract),
                    variant.before().accuracy(),
                    variant.after().accuracy(),
                    variant.maxOutputDifference(),
                    seconds);
            variant.trials()
                    .forEach(trial -> System.out.printf(
                            "    %-14s validation %.3f loss %.4f test %.4f%n",
                            trial.clipping(),
                            trial.evaluation().accuracy(),
                            trial.evaluation().loss(),
                            accuracy(
                                    quantised(graph, calibration, contract, trial.clipping(), weights),
                                    data,
                                    contract)));
        }
        speed(forms);
    }

    private static Graph quantised(
            Graph graph, Samples calibration, InputContract contract, Clipping clipping, WeightRange weights) {
        Quantiser quantiser = Quantiser.of(PaddedShortcuts.toConvolutions(BatchNormFolding.fold(graph)));
        return quantiser.quantise(
                Calibration.of(quantiser.graph(), quantiser.tensors(), calibration, contract, 1)
                        .ranges(clipping),
                weights);
    }

    /** Medians of interleaved runs, so that all forms see the same disturbances. */
    static void speed(Map<String, Graph> forms) {
        ProbeTimer timer = new ProbeTimer(1, 100, 300, 200_000_000);
        Map<String, List<Double>> medians = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            forms.forEach((name, form) -> medians.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(timer.time(name, form).medianMicros()));
        }
        double[] base = medians.values().iterator().next().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        medians.forEach((name, values) -> {
            double[] ratios = new double[base.length];
            for (int i = 0; i < base.length; i++) {
                ratios[i] = values.get(i) / base[i];
            }
            Arrays.sort(ratios);
            double[] sorted =
                    values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    "%-14s median %8.1f us, ratio to the first %.3f (%.3f to %.3f over %d rounds)%n",
                    name,
                    sorted[sorted.length / 2],
                    ratios[ratios.length / 2],
                    ratios[0],
                    ratios[ratios.length - 1],
                    ROUNDS);
        });
    }

    private static long size(Graph graph) {
        return OnnxWriter.write(graph).length;
    }

    private static double accuracy(Graph graph, Dataset data, InputContract contract) {
        try (OnnxClassifier classifier = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.evaluate(classifier, data.test(), contract).accuracy();
        }
    }

    private static List<Double> numbers(String list) {
        return Arrays.stream(list.split(",")).map(Double::parseDouble).toList();
    }
}
