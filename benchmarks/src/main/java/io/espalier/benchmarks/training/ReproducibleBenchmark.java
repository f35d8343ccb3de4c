package io.espalier.benchmarks.training;

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

/**
 * ResNet-8 pruned twice for the same recorded timings by the same recipe and seed, each in a process of its own, once
 * alone and once beside the other: the files must be the same to the last bit.
 */
public final class ReproducibleBenchmark implements Benchmark {
    private static final double SPEED_UP = 1.5;
    private static final DenseNetwork DENSE = new DenseNetwork(Subject.RESNET8, 0, 1);
    private static final Recipe RECIPE = Recipe.of(2, 7).withMaxTrainSamples(5_000);
    private static final List<String> RUNS = List.of("alone", "beside-1", "beside-2");

    @Override
    public String name() {
        return "reproducible";
    }

    @Override
    public String about() {
        return "the same job, seed, profile and timings three times: the same ONNX file";
    }

    @Override
    public List<String> reads() {
        return Subject.RESNET8.reads();
    }

    @Override
    public List<Stage> stages(Setting setting) {
        Campaign campaign = new Campaign(Subject.RESNET8);
        return List.of(
                Stage.alone(campaign.measure()),
                Stage.alone(campaign.prune(RUNS.get(0), SPEED_UP, DENSE, RECIPE)),
                Stage.parallel(RUNS.subList(1, 3).stream()
                        .map(run -> campaign.prune(run, SPEED_UP, DENSE, RECIPE))
                        .toList()));
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("run", "SHA-256 of the ONNX file", "chosen");
        RUNS.forEach(run -> table.row(
                run, digest(results, run), results.of(run).path("chosen").asText()));
        table.print(out);
        long different =
                RUNS.stream().map(run -> digest(results, run)).distinct().count();
        return new Verdict(different + " different file(s) of " + RUNS.size() + " runs", "1", different == 1);
    }

    private static String digest(Results results, String run) {
        return Reading.text(results.of(run), "digest");
    }
}
