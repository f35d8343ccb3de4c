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
import java.util.List;
import java.util.Locale;

/**
 * ResNet-8 on CIFAR-10: 4 epochs dense, then pruned for a speed-up of this machine and trained for 6 epochs; and once
 * for as many epochs as a dense network beside it. A run that was stopped resumes between steps: each training and each
 * campaign is one.
 */
public final class ResNet8Benchmark implements Benchmark {
    private static final long SEED = 1;
    private static final int DENSE_EPOCHS = 4;
    private static final int EPOCHS = 6;
    private static final int LONG_EPOCHS = 16;
    private static final DenseNetwork DENSE = new DenseNetwork(Subject.RESNET8, DENSE_EPOCHS, SEED);
    private static final DenseNetwork LONG = new DenseNetwork(Subject.RESNET8, DENSE_EPOCHS + LONG_EPOCHS, SEED);
    private static final String SPEED = "speed";
    private static final String LONG_SPEED = "speed-long";
    private static final double MOST_LOST = 0.015;

    private static final Goal FAST = new Goal("at-1.65x", 1.65, EPOCHS, 0.797);
    private static final Goal FASTER = new Goal("at-2.2x", 2.2, EPOCHS, 0.750);
    private static final Goal PATIENT = new Goal("at-1.5x-long", 1.5, LONG_EPOCHS, Double.NaN);
    private static final List<Goal> GOALS = List.of(FAST, FASTER, PATIENT);

    /** A speed-up, and the accuracy that must be left; NaN where it is held against the dense network's. */
    private record Goal(String step, double speedUp, int epochs, double accuracy) {}

    @Override
    public String name() {
        return "resnet8";
    }

    @Override
    public String about() {
        return "ResNet-8 on CIFAR-10 pruned for a speed-up of this machine; Torch-Pruning, same data and epochs:"
                + " dense 84.2 %, 77.7 % at 1.65x, 73.0 % at 2.2x";
    }

    @Override
    public List<String> reads() {
        return List.of(Subject.RESNET8.file(), "cifar10-jpeg.zip");
    }

    @Override
    public List<Stage> stages(Setting setting) {
        Campaign campaign = new Campaign(Subject.RESNET8);
        return List.of(
                Stage.alone(campaign.measure()),
                Stage.alone(DENSE.step("dense")),
                Stage.parallel(List.of(prune(campaign, FAST), prune(campaign, FASTER))),
                Stage.alone(SpeedUp.step(SPEED, Subject.RESNET8, List.of(FAST.step(), FASTER.step()))),
                Stage.parallel(List.of(LONG.step("dense-long"), prune(campaign, PATIENT))),
                Stage.alone(SpeedUp.step(LONG_SPEED, Subject.RESNET8, List.of(PATIENT.step()))));
    }

    private static Step prune(Campaign campaign, Goal goal) {
        return campaign.prune(goal.step(), goal.speedUp(), DENSE, recipe(goal.epochs()));
    }

    private static Recipe recipe(int epochs) {
        return Recipe.of(epochs, SEED);
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        double longDense = accuracy(results, "dense-long");
        Table table = new Table("network", "epochs", "accuracy", "speed-up", "kMACs", "chosen");
        table.row("dense", Integer.toString(DENSE_EPOCHS), Percent.of(accuracy(results, "dense")), "1.00", "", "");
        table.row("dense", Integer.toString(LONG.epochs()), Percent.of(longDense), "1.00", "", "");
        boolean holds = true;
        for (Goal goal : GOALS) {
            ObjectNode made = results.of(goal.step());
            double least = Double.isNaN(goal.accuracy()) ? longDense - MOST_LOST : goal.accuracy();
            double reached = reached(results, goal);
            holds &= Bar.atLeast(accuracy(results, goal.step()), least) && reached >= goal.speedUp();
            table.row(
                    "for %.2fx, bar %s".formatted(goal.speedUp(), Percent.of(least)),
                    DENSE_EPOCHS + " + " + goal.epochs(),
                    Percent.of(accuracy(results, goal.step())),
                    String.format(Locale.ROOT, "%.2f", reached),
                    Long.toString(made.path("macs").asLong() / 1000),
                    made.path("chosen").asText() + ": " + made.path("widths").asText());
        }
        table.print(out);
        return new Verdict(
                "%s at %.2fx, %s at %.2fx, %s at %.2fx (dense as long: %s)"
                        .formatted(
                                Percent.of(accuracy(results, FAST.step())),
                                reached(results, FAST),
                                Percent.of(accuracy(results, FASTER.step())),
                                reached(results, FASTER),
                                Percent.of(accuracy(results, PATIENT.step())),
                                reached(results, PATIENT),
                                Percent.of(longDense)),
                ">= 79.7 % at 1.65x, >= 75.0 % at 2.2x, at most 1.5 points below dense at 1.5x",
                holds);
    }

    private static double reached(Results results, Goal goal) {
        return SpeedUp.of(results.of(goal == PATIENT ? LONG_SPEED : SPEED), goal.step());
    }

    private static double accuracy(Results results, String step) {
        return Reading.number(results.of(step), "accuracy");
    }
}
