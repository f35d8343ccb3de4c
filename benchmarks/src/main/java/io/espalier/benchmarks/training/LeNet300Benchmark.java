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
import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Allocator;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.allocation.Worth;
import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.training.Augmentation;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * LeNet-300-100 on MNIST: pixels dropped first, then hidden units, both ranked by reconstruction; a dense LeNet-5 teaches.
 * The network that is judged takes whole images: its Gather picks the pixels.
 */
public final class LeNet300Benchmark implements Benchmark {
    private static final Subject SUBJECT = Subject.LENET300;
    private static final int SAMPLES = 512;
    private static final int STEP = 4;
    private static final double TEACHER_SHARE = 0.9;
    private static final double TEMPERATURE = 3;
    private static final int DENSE_EPOCHS = 30;
    private static final int[] PIXELS = {300, 96};
    private static final int EPOCHS_A_CUT = 12;
    private static final long MACS = 9_600;
    private static final int EPOCHS = 60;
    private static final int BATCH = 128;
    private static final double LEARNING_RATE = 0.1;
    private static final double BAR = 0.016;

    @Override
    public String name() {
        return "lenet300";
    }

    @Override
    public String about() {
        return "LeNet-300-100 on MNIST pruned to 9.6 K multiply-accumulates, pixels among what goes; VIB: 1.6 % at 9,560";
    }

    @Override
    public List<String> reads() {
        return SUBJECT.reads();
    }

    @Override
    public List<Stage> stages(Setting setting) {
        return List.of(
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> LeNet5Benchmark.dense(seed).step("teacher." + seed))
                        .toList()),
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> dense(seed).step("dense." + seed))
                        .toList()),
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> new Step("pruned." + seed, place -> pruned(seed, place)))
                        .toList()));
    }

    private static DenseNetwork dense(int seed) {
        return new DenseNetwork(SUBJECT, DENSE_EPOCHS, seed);
    }

    private static ObjectNode pruned(int seed, Workplace place) {
        Dataset data = SUBJECT.data(place);
        byte[] dense = dense(seed).trained(place, data);
        byte[] teaching = LeNet5Benchmark.dense(seed).trained(place, data);
        Dataset fitting = Split.of(SUBJECT, place, data, seed).fitting();
        byte[] fewer = new FewerInputs(SUBJECT, PIXELS, EPOCHS_A_CUT, seed).of(dense, teaching, fitting, place.log());
        PrunedNetwork pruned =
                hiddenUnitsCut(OnnxReader.read(fewer), fitting.train().draw(SAMPLES, seed));
        byte[] onnx = pruned.fineTuned(SUBJECT, teaching, fitting, settings(seed), place.log());
        return new ObjectMapper()
                .createObjectNode()
                .put("dense", 1 - SUBJECT.accuracy(dense, data.test()))
                .put("teacher", 1 - SUBJECT.accuracy(teaching, data.test()))
                .put("fewerPixels", 1 - SUBJECT.accuracy(fewer, data.test()))
                .put("error", 1 - SUBJECT.accuracy(onnx, data.test()))
                .put("macs", Costs.of(OnnxReader.read(onnx)).macs())
                .put(
                        "widths",
                        PIXELS[PIXELS.length - 1] + " "
                                + pruned.kept().values().stream()
                                        .map(kept -> Integer.toString(kept.length))
                                        .collect(Collectors.joining(" ")));
    }

    /** Ranked by reconstruction, the widths chosen by the product's allocator. */
    private static PrunedNetwork hiddenUnitsCut(Graph network, Samples samples) {
        PrunableNetwork prunable = PrunableNetwork.of(network);
        ReconstructionImportance importance =
                ReconstructionImportance.of(prunable.folded(), samples, SUBJECT.contract(), 1);
        Map<String, double[]> scores = importance.scores(DependencyGroups.of(prunable.folded()));
        Worth worth = Worth.of(prunable.groups().stream()
                .map(group -> Objects.requireNonNull(scores.get(group.id())))
                .toList());
        Limits limits = new Limits(Target.NONE.withMacs(MACS), Limits.USUAL_LATENCY_MARGIN);
        Allocation chosen =
                new Allocator(prunable.space(STEP), prunable.pricing(Optional.empty()), limits).allocate(worth);
        if (chosen instanceof Allocation.Chosen found) {
            return PrunedNetwork.best(network, importance, found.widths());
        }
        throw new IllegalStateException("No widths of so few multiply-accumulates: " + chosen);
    }

    private static TrainingSettings settings(int seed) {
        return TrainingSettings.of(EPOCHS, seed)
                .withBatchSize(BATCH)
                .withLearningRate(OptionalDouble.of(LEARNING_RATE))
                .withAugmentation(Augmentation.SHIFT)
                .withDistillation(TEACHER_SHARE, TEMPERATURE);
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("seed", "teacher", "dense", "fewer pixels", "pruned", "MACs", "widths");
        double[] errors = new double[setting.seeds()];
        long most = 0;
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            ObjectNode made = results.of("pruned." + seed);
            errors[seed - 1] = Reading.number(made, "error");
            most = Math.max(most, (long) Reading.number(made, "macs"));
            table.row(
                    Integer.toString(seed),
                    Percent.finely(made.path("teacher").asDouble()),
                    Percent.finely(made.path("dense").asDouble()),
                    Percent.finely(made.path("fewerPixels").asDouble()),
                    Percent.finely(errors[seed - 1]),
                    made.path("macs").asText(),
                    made.path("widths").asText());
        }
        table.print(out);
        Spread spread = Spread.of(errors);
        return new Verdict(
                String.format(Locale.ROOT, "error %s at %,d multiply-accumulates", spread.percent(), most),
                String.format(Locale.ROOT, "<= %s at <= %,d", Percent.finely(BAR), MACS),
                Bar.atMost(spread.mean(), BAR) && most <= MACS);
    }
}
