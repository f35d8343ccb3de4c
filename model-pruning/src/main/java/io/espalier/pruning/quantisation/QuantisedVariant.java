package io.espalier.pruning.quantisation;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluation;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.PaddedShortcuts;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained classifier in 8-bit integers, and what that did to it.
 *
 * <p>Accuracies are of the validation samples and measured in ONNX Runtime on this machine. With {@link
 * WeightRange#SEVEN_BITS} they hold on every device; with {@link WeightRange#EIGHT_BITS} they hold where nothing saturates,
 * and a machine that saturates itself measures less than such a device would reach.
 *
 * @param onnx the file's bytes
 * @param graph the same as a graph; it is not to be pruned or trained
 * @param clipping the way of clipping that did best
 * @param trials every way of clipping, in the order in which they were tried
 * @param ranges of the calibrated tensors, in topological order, as {@code clipping} left them
 * @param sizeBytesBefore of the float file
 * @param before the float network on the validation samples
 * @param maxOutputDifference largest absolute difference between both networks' outputs on the calibration samples
 */
@SuppressWarnings("ArrayRecordComponent")
public record QuantisedVariant(
        byte[] onnx,
        Graph graph,
        WeightRange weights,
        Clipping clipping,
        List<Trial> trials,
        Map<String, Range> ranges,
        long sizeBytesBefore,
        Evaluation before,
        Evaluation after,
        double maxOutputDifference) {
    /** More teach the ranges little. */
    public static final int MOST_CALIBRATION_SAMPLES = 500;

    private static final long SEED = 7;
    /** Written into the file, with the largest weight, so that a reader can tell what it has before it. */
    private static final String LABEL = "espalier.int8.weights";
    /** The most that this takes in a file. */
    public static final int LABEL_BYTES = 64;

    public QuantisedVariant {
        trials = List.copyOf(trials);
        ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
    }

    /** What one way of clipping came to on the validation samples. */
    public record Trial(Clipping clipping, Evaluation evaluation) {}

    /**
     * Quantises a float classifier.
     *
     * <p>Cost: two passes over at most {@value #MOST_CALIBRATION_SAMPLES} calibration samples and four over the validation
     * samples.
     *
     * <p>Errors: {@link InvalidModelException} where the graph has nothing to quantise or is of an opset that cannot be
     * raised; {@link UnusableModelException} where it is no classifier or gives numbers that are not finite.
     *
     * @param graph float32; batch normalisations are folded and padded shortcuts made convolutions here if they are not yet
     * @param calibration samples to learn the ranges from, of the training part; more than needed are drawn from
     * @param validation other samples of the training part, by which the way of clipping is chosen
     */
    public static QuantisedVariant of(
            Graph graph,
            Samples calibration,
            Samples validation,
            InputContract contract,
            WeightRange weights,
            int threads) {
        Graph folded = PaddedShortcuts.toConvolutions(BatchNormFolding.fold(graph));
        Quantiser quantiser = Quantiser.of(folded);
        Samples drawn = calibration.draw(MOST_CALIBRATION_SAMPLES, SEED);
        Calibration measured = Calibration.of(quantiser.graph(), quantiser.tensors(), drawn, contract, threads);
        List<Trial> trials = new ArrayList<>();
        for (Clipping clipping : Clipping.values()) {
            Graph candidate = quantiser.quantise(measured.ranges(clipping), weights);
            try (OnnxClassifier classifier = OnnxClassifier.load(OnnxWriter.write(candidate), threads)) {
                trials.add(new Trial(clipping, Evaluator.evaluate(classifier, validation, contract)));
            }
        }
        Trial best = best(trials);
        Map<String, Range> ranges = measured.ranges(best.clipping());
        Graph quantised = quantiser.quantise(ranges, weights).toBuilder()
                .metadata(LABEL, Integer.toString(weights.limit()))
                .build();
        byte[] onnx = OnnxWriter.write(quantised);
        byte[] floatOnnx = OnnxWriter.write(folded);
        try (OnnxClassifier before = OnnxClassifier.load(floatOnnx, threads);
                OnnxClassifier after = OnnxClassifier.load(onnx, threads)) {
            return new QuantisedVariant(
                    onnx,
                    quantised,
                    weights,
                    best.clipping(),
                    trials,
                    ranges,
                    floatOnnx.length,
                    Evaluator.evaluate(before, validation, contract),
                    best.evaluation(),
                    largestDifference(
                            Evaluator.outputs(before, drawn, contract), Evaluator.outputs(after, drawn, contract)));
        }
    }

    /** The most accurate; among equals the one with the least loss, then the first. */
    static Trial best(List<Trial> trials) {
        return trials.stream()
                .min(Comparator.comparingDouble(
                                (Trial trial) -> -trial.evaluation().accuracy())
                        .thenComparingDouble(trial -> trial.evaluation().loss()))
                .orElseThrow();
    }

    private static double largestDifference(float[][] a, float[][] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                largest = Math.max(largest, Math.abs(a[i][j] - b[i][j]));
            }
        }
        return largest;
    }

    /** The file's size over that of the float file. */
    public double sizeRatio() {
        return (double) onnx.length / sizeBytesBefore;
    }

    /** How much accuracy was lost, as a fraction of all samples; negative where some was won. */
    public double accuracyDrop() {
        return before.accuracy() - after.accuracy();
    }
}
