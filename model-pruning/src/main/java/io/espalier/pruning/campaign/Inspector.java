package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ContractSearch;
import io.espalier.pruning.evaluation.Evaluation;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.ModelSuite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Looks a base model over: that it works, how well, what of it can be pruned, and what devices shall time. */
public final class Inspector {
    public static final String BASE_SUITE = "base-suite.pb";
    public static final String MODEL_SUITE = "model-suite.pb";
    public static final String GOLDEN = "golden.pb";
    public static final String REPLAY = "replay.pb";

    /** An input contract must gain this much before it is called likely. */
    private static final double CLEARLY_BETTER = 0.05;

    private static final int MODEL_STEP = 4;

    private final int threads;
    private final Progress progress;

    public Inspector(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    public Inspection inspect(BaseModel base, Optional<Dataset> data, InputContract contract, long seed) {
        progress.begins("inspect", "finding channel groups");
        PrunableNetwork network = PrunableNetwork.of(base.graph());
        Costs costs = Costs.of(base.graph());
        Map<String, byte[]> files = new LinkedHashMap<>(suites(base, network));
        try (OnnxClassifier classifier = OnnxClassifier.load(base.onnx(), threads)) {
            OptionalDouble accuracy = OptionalDouble.empty();
            List<ContractSearch.Candidate> better = new ArrayList<>();
            if (data.isPresent()) {
                Dataset dataset = data.get();
                dataset.requireFits(classifier.input().shape(), classifier.outputs());
                if (dataset.isLabelled()) {
                    progress.begins("inspect", "evaluating on " + dataset.test().size() + " test samples");
                    Evaluation evaluation = Evaluator.evaluate(classifier, dataset.test(), contract);
                    accuracy = OptionalDouble.of(evaluation.accuracy());
                    likelier(classifier, dataset.train(), contract, evaluation.accuracy())
                            .ifPresent(better::add);
                }
                files.put(GOLDEN, SampleFiles.golden(classifier, dataset.test(), contract));
                files.put(
                        REPLAY,
                        SampleFiles.replay(dataset.test(), classifier.input().layout(), seed));
            }
            return new Inspection(
                    base,
                    classifier.input().shape().dimensions(classifier.input().layout()),
                    classifier.input().layout(),
                    classNames(data, classifier.outputs()),
                    costs.parameters(),
                    costs.macs(),
                    accuracy,
                    data.map(d -> d.test().size()).orElse(0),
                    better,
                    keptDense(network),
                    warnings(network, data, classifier.outputs()),
                    files);
        }
    }

    /** Whether an accuracy says no more than guessing would. */
    public static boolean isNearChance(double accuracy, Samples test) {
        return ContractSearch.isNearChance(accuracy, ContractSearch.largestShare(test), test.size());
    }

    private static Map<String, byte[]> suites(BaseModel base, PrunableNetwork network) {
        WidthSpace space = network.space(MODEL_STEP);
        Map<String, int[]> widths = ModelSuite.widths(space.full(), space.minimum());
        return Map.of(
                BASE_SUITE,
                BaseSuite.make().bytes(),
                MODEL_SUITE,
                ModelSuite.bytes(base.graph(), widths, network::shaped));
    }

    /** An input contract under which a model does clearly better than the accuracy it reached with the given one. */
    public static Optional<ContractSearch.Candidate> likelier(
            OnnxClassifier classifier, Samples samples, InputContract contract, double accuracyAsGiven) {
        return ContractSearch.rank(classifier, samples).stream()
                .findFirst()
                .filter(best -> !best.contract().equals(contract))
                .filter(best -> best.accuracy() > accuracyAsGiven + CLEARLY_BETTER);
    }

    private static List<String> classNames(Optional<Dataset> data, int outputs) {
        if (data.isPresent() && !data.get().isLabelled()) {
            return List.of();
        }
        List<String> known = data.map(Dataset::classNames).orElse(List.of());
        return IntStream.range(0, outputs)
                .mapToObj(i -> i < known.size() ? known.get(i) : Integer.toString(i))
                .toList();
    }

    private static List<Inspection.KeptDense> keptDense(PrunableNetwork network) {
        return network.keptDense().stream()
                .map(g -> new Inspection.KeptDense(g.id(), g.keptDenseBecause().orElse("")))
                .toList();
    }

    private static List<String> warnings(PrunableNetwork network, Optional<Dataset> data, int outputs) {
        List<String> warnings = new ArrayList<>();
        if (network.groups().isEmpty()) {
            warnings.add("No group of channels can be pruned: devices will get the model as it is.");
        }
        int classes = data.filter(Dataset::isLabelled)
                .map(dataset -> dataset.classNames().size())
                .orElse(outputs);
        if (classes < outputs) {
            warnings.add("The data has " + classes + " classes, the model has " + outputs
                    + " outputs: the classes must be the first ones that the model was trained with, in that order.");
        }
        return warnings;
    }
}
