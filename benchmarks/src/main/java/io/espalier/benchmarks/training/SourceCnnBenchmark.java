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
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.util.List;

/** The source document's experiment: its network on MNIST, a tenth of every layer's channels removed, fine-tuned. */
public final class SourceCnnBenchmark implements Benchmark {
    private static final double KEPT = 0.9;
    private static final int DENSE_EPOCHS = 6;
    private static final int EPOCHS = 3;
    private static final double BAR = 0.990;
    private static final double REPORTED = 0.9822;

    @Override
    public String name() {
        return "source-cnn";
    }

    @Override
    public String about() {
        return "the source document's CNN on MNIST, 10 % of the channels pruned and fine-tuned; it reports 98.22 %";
    }

    @Override
    public List<String> reads() {
        return List.of("mnist");
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return List.of(
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> dense(seed).step("dense." + seed))
                        .toList()),
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> new Step("pruned." + seed, place -> pruned(seed, place)))
                        .toList()));
    }

    /** The same network for all benchmarks of the source document. */
    static DenseNetwork dense(int seed) {
        return new DenseNetwork(Subject.SOURCE_CNN, DENSE_EPOCHS, seed);
    }

    private static ObjectNode pruned(int seed, Workplace place) {
        Dataset data = Subject.SOURCE_CNN.data(place);
        byte[] dense = dense(seed).trained(place, data);
        PrunedNetwork pruned = PrunedNetwork.uniform(OnnxReader.read(dense), new L1Importance(), KEPT);
        Dataset fitting = Split.of(Subject.SOURCE_CNN, place, data, seed).fitting();
        byte[] onnx =
                pruned.fineTuned(Subject.SOURCE_CNN, dense, fitting, TrainingSettings.of(EPOCHS, seed), place.log());
        return new ObjectMapper()
                .createObjectNode()
                .put("dense", Subject.SOURCE_CNN.accuracy(dense, data.test()))
                .put("pruned", Subject.SOURCE_CNN.accuracy(onnx, data.test()))
                .put("parameters", pruned.costs().parameters())
                .put("macs", pruned.costs().macs());
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("seed", "dense", "pruned", "parameters", "kMACs");
        double[] accuracies = new double[setting.seeds()];
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            ObjectNode result = results.of("pruned." + seed);
            accuracies[seed - 1] = Reading.number(result, "pruned");
            table.row(
                    Integer.toString(seed),
                    Percent.finely(result.path("dense").asDouble()),
                    Percent.finely(accuracies[seed - 1]),
                    result.path("parameters").asText(),
                    Long.toString(result.path("macs").asLong() / 1000));
        }
        table.print(out);
        Spread spread = Spread.of(accuracies);
        return new Verdict(
                "%s on the test split (the document: %s)".formatted(spread.percent(), Percent.finely(REPORTED)),
                ">= " + Percent.finely(BAR),
                Bar.atLeast(spread.mean(), BAR));
    }
}
