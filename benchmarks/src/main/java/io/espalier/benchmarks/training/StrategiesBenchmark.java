package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Bar;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.TrainingFailedException;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Every strategy on the source document's network: a share of the channels goes in one cut, then the same short training
 * for all. What is to be seen is how much the choice of channels matters, so the training is kept short.
 *
 * <p>The figure is the accuracy on the test split of one strategy, and that is chosen by training samples that were held out.
 */
public final class StrategiesBenchmark implements Benchmark {
    private static final List<Cut> CUTS =
            List.of(new Cut(10, 10_000), new Cut(50, 10_000), new Cut(75, 40_000), new Cut(90, 40_000));
    private static final int JUDGED_PERCENT = 75;
    private static final double BAR = 0.986;
    /** Of a result: accuracies by percentage of what was removed. */
    private static final String VALIDATION = "validation";

    private static final String TEST = "test";

    /** How much goes, and the images of the one epoch behind it. */
    private record Cut(int percent, int images) {}

    @Override
    public String name() {
        return "strategies";
    }

    @Override
    public String about() {
        return "the source document's CNN on MNIST, every strategy at 10, 50, 75 and 90 % removed";
    }

    @Override
    public List<String> reads() {
        return Subject.SOURCE_CNN.reads();
    }

    @Override
    public List<Stage> stages(Setting setting) {
        List<Step> steps = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            setting.eachSeed()
                    .forEach(seed -> steps.add(new Step(step(strategy, seed), place -> pruned(strategy, seed, place))));
        }
        return List.of(
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> SourceCnnBenchmark.dense(seed).step("dense." + seed))
                        .toList()),
                Stage.parallel(steps));
    }

    private static String step(Strategy strategy, int seed) {
        return strategy.name().toLowerCase(Locale.ROOT).replace('_', '-') + "." + seed;
    }

    private static ObjectNode pruned(Strategy strategy, int seed, Workplace place) {
        Subject subject = Subject.SOURCE_CNN;
        Dataset data = subject.data(place);
        byte[] dense = SourceCnnBenchmark.dense(seed).trained(place, data);
        Graph graph = OnnxReader.read(dense);
        Split split = Split.of(subject, place, data, seed);
        Dataset fitting = split.fitting();
        ObjectNode result = new ObjectMapper().createObjectNode();
        ObjectNode validation = result.putObject(VALIDATION);
        ObjectNode test = result.putObject(TEST);
        for (Cut cut : CUTS) {
            place.log().println("removing " + cut.percent() + " % by " + strategy.title());
            PrunedNetwork network =
                    strategy.prune(graph, cut.percent() / 100.0, fitting.train(), subject.contract(), seed);
            byte[] onnx =
                    trained(network, subject, dense, fitting.limitTraining(cut.images(), seed), seed, place.log());
            String percent = Integer.toString(cut.percent());
            validation.put(percent, subject.accuracy(onnx, split.validation()));
            test.put(percent, subject.accuracy(onnx, data.test()));
        }
        return result;
    }

    /** As campaigns do: what cannot be trained, because a layer lost nearly all of its channels, counts as it was fitted. */
    private static byte[] trained(
            PrunedNetwork network, Subject subject, byte[] dense, Dataset data, long seed, PrintStream log) {
        try {
            return network.fineTuned(subject, dense, data, TrainingSettings.of(1, seed), log);
        } catch (TrainingFailedException e) {
            log.println("counts as it was fitted: " + e.getMessage());
            return OnnxWriter.write(network.fitted(subject, data, seed));
        }
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("strategy", "10 %", "50 %", "75 %", "90 %", "least to most at 75 %", "held out, 75 %");
        for (Strategy strategy : Strategy.values()) {
            List<String> row = new ArrayList<>();
            row.add(strategy.title());
            CUTS.forEach(cut -> row.add(Percent.finely(
                    spread(results, setting, strategy, TEST, cut.percent()).mean())));
            Spread judged = spread(results, setting, strategy, TEST, JUDGED_PERCENT);
            row.add(Percent.finely(judged.least()) + " to " + Percent.finely(judged.most()));
            row.add(Percent.finely(heldOut(results, setting, strategy)));
            table.row(row.toArray(String[]::new));
        }
        table.print(out);
        out.println("Mean accuracies on the test split. The figure is that of the strategy that removes channels");
        out.println("only and is best by the last column: on training samples that were held out.");
        Strategy chosen = chosen(results, setting);
        Spread reached = spread(results, setting, chosen, TEST, JUDGED_PERCENT);
        return new Verdict(
                "%s on the test split by %s, chosen by held-out samples, at %d %% of the channels removed"
                        .formatted(reached.percent(), chosen.title(), JUDGED_PERCENT),
                ">= " + Percent.finely(BAR),
                Bar.atLeast(reached.mean(), BAR));
    }

    /** The first of the best, without a look at the test split. */
    private static Strategy chosen(Results results, Setting setting) {
        return Arrays.stream(Strategy.values())
                .filter(Strategy::removesChannels)
                .reduce((best, next) -> heldOut(results, setting, next) > heldOut(results, setting, best) ? next : best)
                .orElseThrow();
    }

    private static double heldOut(Results results, Setting setting, Strategy strategy) {
        return spread(results, setting, strategy, VALIDATION, JUDGED_PERCENT).mean();
    }

    private static Spread spread(Results results, Setting setting, Strategy strategy, String part, int percent) {
        return Spread.of(setting.eachSeed()
                .mapToDouble(
                        seed -> Reading.number(results.of(step(strategy, seed)).path(part), Integer.toString(percent)))
                .toArray());
    }
}
