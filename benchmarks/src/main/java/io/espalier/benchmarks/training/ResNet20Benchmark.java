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
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.onnx.OnnxReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * ResNet-20 on CIFAR-10, fine-tuned dense, then pruned for two speed-ups of this machine; at the larger one against the
 * plain way: the same share of every layer by L1, trained as long by labels alone. A run that was stopped resumes between
 * steps: each training and each campaign is one.
 */
public final class ResNet20Benchmark implements Benchmark {
    /** Not 1: the numbers of epochs were chosen with that. */
    private static final long SEED = 2;

    private static final int DENSE_EPOCHS = 3;
    private static final int FAST_EPOCHS = 16;
    /** Also of the plain way. */
    private static final int FASTER_EPOCHS = 5;

    private static final DenseNetwork DENSE = new DenseNetwork(Subject.RESNET20, DENSE_EPOCHS, SEED);
    private static final double FAST = 1.8;
    private static final double FASTER = 3;
    private static final double MOST_LOST = 0.010;
    private static final double LEAST_AHEAD = 0.020;
    private static final String AT_FAST = "at-1.8x";
    private static final String AT_FASTER = "at-3x";
    private static final String WIDTHS = "uniform-widths";
    private static final String UNIFORM = "uniform-l1";
    private static final String SPEED = "speed";

    @Override
    public String name() {
        return "resnet20";
    }

    @Override
    public String about() {
        return "ResNet-20 on CIFAR-10 pruned for 1.8x and 3x on this machine, against uniform L1 at 3x";
    }

    @Override
    public List<String> reads() {
        return Subject.RESNET20.reads();
    }

    @Override
    public List<Stage> stages(Setting setting) {
        Campaign campaign = new Campaign(Subject.RESNET20);
        return List.of(
                Stage.alone(
                        campaign.measure(),
                        new UniformWidths(Subject.RESNET20, FASTER).step(WIDTHS),
                        DENSE.step("dense")),
                Stage.parallel(List.of(
                        campaign.prune(AT_FAST, FAST, DENSE, Recipe.of(FAST_EPOCHS, SEED)),
                        campaign.prune(AT_FASTER, FASTER, DENSE, Recipe.of(FASTER_EPOCHS, SEED)),
                        new Step(UNIFORM, ResNet20Benchmark::uniform))),
                Stage.alone(SpeedUp.step(SPEED, Subject.RESNET20, List.of(AT_FAST, AT_FASTER, UNIFORM))));
    }

    private static ObjectNode uniform(Workplace place) throws IOException {
        Dataset data = Subject.RESNET20.data(place);
        PrunedNetwork pruned = PrunedNetwork.best(
                OnnxReader.read(DENSE.trained(place, data)),
                new L1Importance(),
                UniformWidths.of(place.results(), WIDTHS));
        // As many samples as the campaign that it is held against.
        Dataset fitting = Split.of(Subject.RESNET20, place, data, SEED).fitting();
        byte[] onnx =
                pruned.trained(Subject.RESNET20, fitting, Subject.RESNET20.settings(FASTER_EPOCHS, SEED), place.log());
        Campaign.keep(place, onnx);
        return new ObjectMapper()
                .createObjectNode()
                .put("accuracy", Subject.RESNET20.accuracy(onnx, data.test()))
                .put("macs", pruned.costs().macs());
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        double dense = accuracy(results, "dense");
        Table table = new Table("network", "epochs", "accuracy", "speed-up", "kMACs", "chosen");
        table.row("dense", Integer.toString(DENSE_EPOCHS), Percent.of(dense), "1.00", "", "");
        for (String step : List.of(AT_FAST, AT_FASTER, UNIFORM)) {
            ObjectNode made = results.of(step);
            table.row(
                    step,
                    DENSE_EPOCHS + " + " + (step.equals(AT_FAST) ? FAST_EPOCHS : FASTER_EPOCHS),
                    Percent.of(accuracy(results, step)),
                    String.format(Locale.ROOT, "%.2f", reached(results, step)),
                    Long.toString(made.path("macs").asLong() / 1000),
                    step.equals(UNIFORM)
                            ? results.of(WIDTHS).path("widths").toString()
                            : made.path("chosen").asText() + ": "
                                    + made.path("widths").asText());
        }
        table.print(out);
        double lost = dense - accuracy(results, AT_FAST);
        double ahead = accuracy(results, AT_FASTER) - accuracy(results, UNIFORM);
        boolean holds = Bar.atMost(lost, MOST_LOST)
                && Bar.atLeast(ahead, LEAST_AHEAD)
                && reached(results, AT_FAST) >= FAST
                && reached(results, AT_FASTER) >= FASTER;
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "%.1f points below dense at %.2fx, %.1f points above uniform L1 at %.2fx",
                        100 * lost,
                        reached(results, AT_FAST),
                        100 * ahead,
                        reached(results, AT_FASTER)),
                "at most 1.0 at >= 1.8x, at least 2.0 at >= 3x",
                holds);
    }

    private static double reached(Results results, String step) {
        return SpeedUp.of(results.of(SPEED), step);
    }

    private static double accuracy(Results results, String step) {
        return Reading.number(results.of(step), "accuracy");
    }
}
