package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Bar;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.pruning.campaign.Recipe;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** ResNet-8 on CIFAR-10 with nine in ten of its weights held at zero: all of them at once, and step by step over four rounds. */
public final class WeightsBenchmark implements Benchmark {
    private static final double SPARSITY = 0.9;
    private static final int EPOCHS = 4;
    private static final int ROUNDS = 4;
    private static final int SAMPLES = 15_000;
    private static final double BAR = 0.02;

    @Override
    public String name() {
        return "weights";
    }

    @Override
    public String about() {
        return "ResNet-8 on CIFAR-10 with 90 % of its weights zero: at once, and over four rounds of as many epochs together";
    }

    @Override
    public List<String> reads() {
        return List.of(Subject.RESNET8.file(), "cifar10-jpeg.zip");
    }

    @Override
    public List<Stage> stages(Setting setting) {
        Campaign campaign = new Campaign(Subject.RESNET8);
        return List.of(Stage.parallel(setting.eachSeed()
                .boxed()
                .flatMap(seed -> Stream.of(
                        campaign.pruneAsShipped(atOnce(seed), recipe(seed, 1)),
                        campaign.pruneAsShipped(inRounds(seed), recipe(seed, ROUNDS))))
                .toList()));
    }

    private static Recipe recipe(int seed, int rounds) {
        return Recipe.of(EPOCHS, seed).withRounds(rounds).withSparsity(SPARSITY).withMaxTrainSamples(SAMPLES);
    }

    private static String atOnce(int seed) {
        return "at-once." + seed;
    }

    private static String inRounds(int seed) {
        return "in-rounds." + seed;
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("seed", "as shipped", "at once", "over rounds");
        double[] atOnce = new double[setting.seeds()];
        double[] inRounds = new double[setting.seeds()];
        for (int seed = 1; seed <= setting.seeds(); seed++) {
            ObjectNode rounds = results.of(inRounds(seed));
            atOnce[seed - 1] = Reading.number(results.of(atOnce(seed)), "accuracy");
            inRounds[seed - 1] = Reading.number(rounds, "accuracy");
            table.row(
                    Integer.toString(seed),
                    Percent.of(Reading.number(rounds, "dense")),
                    Percent.of(atOnce[seed - 1]),
                    Percent.of(inRounds[seed - 1]));
        }
        table.print(out);
        Spread once = Spread.of(atOnce);
        Spread stepwise = Spread.of(inRounds);
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "%s over %d rounds, %s at once, on the test split",
                        stepwise.percent(),
                        ROUNDS,
                        once.percent()),
                "at least 2.0 points more over rounds",
                Bar.atLeast(stepwise.mean(), once.mean() + BAR));
    }
}
