package io.espalier.benchmarks.training;

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
import io.espalier.pruning.campaign.Recipe;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** LeNet-5 in Caffe's sizes on MNIST, pruned by the product's own campaign to numbers of multiply-accumulates. */
public final class LeNet5Benchmark implements Benchmark {
    private static final int DENSE_EPOCHS = 6;
    private static final int EPOCHS = 24;
    private static final int BATCH = 128;
    private static final List<Goal> GOALS =
            List.of(new Goal("at-158k", 158_000, 0.009), new Goal("at-330k", 330_000, 0.008));

    /** Multiply-accumulates that may stay, and the largest error. */
    private record Goal(String name, long macs, double error) {
        String step(int seed) {
            return name + "." + seed;
        }
    }

    @Override
    public String name() {
        return "lenet5";
    }

    @Override
    public String about() {
        return "LeNet-5 (20-50-800-500) on MNIST pruned to 158 K and 330 K multiply-accumulates; BC-GHS: 1.0 % error at"
                + " 158 K, SBP: 0.9 % at 217 K";
    }

    @Override
    public List<String> reads() {
        return Subject.LENET5.reads();
    }

    @Override
    public List<Stage> stages(Setting setting) {
        List<Step> steps = new ArrayList<>();
        Campaign campaign = new Campaign(Subject.LENET5);
        for (Goal goal : GOALS) {
            setting.eachSeed()
                    .forEach(seed ->
                            steps.add(campaign.pruneToMacs(goal.step(seed), goal.macs(), dense(seed), recipe(seed))));
        }
        return List.of(
                Stage.parallel(setting.eachSeed()
                        .mapToObj(seed -> dense(seed).step("dense." + seed))
                        .toList()),
                Stage.parallel(steps));
    }

    /** The same network for all who need it. */
    static DenseNetwork dense(int seed) {
        return new DenseNetwork(Subject.LENET5, DENSE_EPOCHS, seed);
    }

    private static Recipe recipe(int seed) {
        return Recipe.of(EPOCHS, seed).withBatchSize(BATCH);
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("seed", "dense", "bound", "kMACs", "error", "chosen");
        for (Goal goal : GOALS) {
            setting.eachSeed().forEach(seed -> {
                ObjectNode made = results.of(goal.step(seed));
                table.row(
                        Integer.toString(seed),
                        Percent.finely(1 - made.path("dense").asDouble()),
                        Long.toString(goal.macs() / 1000),
                        String.format(Locale.ROOT, "%.1f", made.path("macs").asLong() / 1e3),
                        Percent.finely(error(made)),
                        made.path("chosen").asText() + ": "
                                + made.path("widths").asText());
            });
        }
        table.print(out);
        List<String> reached = new ArrayList<>();
        List<String> bars = new ArrayList<>();
        boolean holds = true;
        for (Goal goal : GOALS) {
            Spread errors = Spread.of(setting.eachSeed()
                    .mapToDouble(seed -> error(results.of(goal.step(seed))))
                    .toArray());
            long most = setting.eachSeed()
                    .mapToLong(seed -> (long) Reading.number(results.of(goal.step(seed)), "macs"))
                    .max()
                    .orElseThrow();
            reached.add(String.format(Locale.ROOT, "%s at %.1f K", errors.percent(), most / 1e3));
            bars.add("<= " + Percent.finely(goal.error()) + " at <= " + goal.macs() / 1000 + " K");
            holds &= Bar.atMost(errors.mean(), goal.error()) && most <= goal.macs();
        }
        return new Verdict("error " + String.join(", ", reached), String.join(", ", bars), holds);
    }

    private static double error(ObjectNode made) {
        return 1 - Reading.number(made, "accuracy");
    }
}
