package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Benchmark;
import io.espalier.benchmarks.Reading;
import io.espalier.benchmarks.Results;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Stage;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Table;
import io.espalier.benchmarks.Verdict;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.TrainingSettings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * Rate of fine-tuning on one thread as a share of what a large matrix product reaches on one thread in the same process, and
 * what two workers of one thread each reach beside what one alone does.
 *
 * <p>A trained image counts 6 floating-point operations per multiply-accumulate of the network: 2 forward, 2 for the
 * gradient of the activations, 2 for that of the weights.
 */
public final class FineTuneBenchmark implements Benchmark {
    private static final String CNN = "source-cnn";
    private static final String RESNET = "resnet8";
    private static final String FIRST_WORKER = "resnet8.worker-1";
    private static final String SECOND_WORKER = "resnet8.worker-2";
    private static final int BATCH = 64;
    private static final double FLOPS_PER_MAC = 6;
    private static final double CNN_BAR = 0.19;
    private static final double RESNET_BAR = 0.28;
    private static final double WORKERS_BAR = 1.7;

    @Override
    public String name() {
        return "finetune";
    }

    @Override
    public String about() {
        return "training rate on one thread as a share of a 1024x1024 matrix product's, and two workers against one";
    }

    @Override
    public List<String> reads() {
        return List.of("mnist", "cifar10-jpeg.zip", "models/resnet8-cifar10.onnx");
    }

    @Override
    public List<Stage> stages(Setting setting) {
        List<Stage> stages = new ArrayList<>();
        setting.eachSeed().forEach(repeat -> {
            stages.add(Stage.alone(step(CNN, repeat, Subject.SOURCE_CNN), step(RESNET, repeat, Subject.RESNET8)));
            stages.add(new Stage(
                    2,
                    List.of(
                            step(FIRST_WORKER, repeat, Subject.RESNET8),
                            step(SECOND_WORKER, repeat, Subject.RESNET8))));
        });
        return stages;
    }

    private static Step step(String name, int repeat, Subject subject) {
        return new Step(name + "." + repeat, place -> measure(subject, place));
    }

    private static ObjectNode measure(Subject subject, Workplace place) {
        Graph graph = subject.graph(place.setting(), 1);
        Dl4jTrainer trainer = new Dl4jTrainer(1);
        int images = subject.imagesToTime();
        place.log().println("training " + images + " images on one thread");
        TrainingRequest request = TrainingRequest.of(
                graph,
                subject.data(place).train().draw(images, 1),
                subject.contract(),
                TrainingSettings.of(1, 1).withBatchSize(BATCH));
        trainer.train(request);
        double imagesPerSecond = trainer.train(request).imagesPerSecond();
        double matrix = MatrixProduct.gigaflops();
        double rate = imagesPerSecond * FLOPS_PER_MAC * Costs.of(graph).macs() / 1e9;
        place.log().printf(Locale.ROOT, "%.0f images/s, %.1f of %.1f GFLOP/s%n", imagesPerSecond, rate, matrix);
        return new ObjectMapper()
                .createObjectNode()
                .put("imagesPerSecond", imagesPerSecond)
                .put("gigaflops", rate)
                .put("matrixGigaflops", matrix);
    }

    @Override
    public Verdict judge(Results results, Setting setting, PrintStream out) {
        Table table = new Table("network", "repeat", "images/s", "GFLOP/s", "matrix product", "share", "bar");
        setting.eachSeed().forEach(repeat -> {
            row(table, "source CNN", repeat, results.of(CNN + "." + repeat), CNN_BAR);
            row(table, "ResNet-8", repeat, results.of(RESNET + "." + repeat), RESNET_BAR);
            row(table, "ResNet-8, worker 1 of 2", repeat, results.of(FIRST_WORKER + "." + repeat), 0);
            row(table, "ResNet-8, worker 2 of 2", repeat, results.of(SECOND_WORKER + "." + repeat), 0);
        });
        table.print(out);
        Spread cnn = spread(setting, repeat -> share(results.of(CNN + "." + repeat)));
        Spread resnet = spread(setting, repeat -> share(results.of(RESNET + "." + repeat)));
        Spread workers = spread(
                setting,
                repeat -> (imagesPerSecond(results, FIRST_WORKER, repeat)
                                + imagesPerSecond(results, SECOND_WORKER, repeat))
                        / imagesPerSecond(results, RESNET, repeat));
        return new Verdict(
                String.format(
                        Locale.ROOT,
                        "CNN %.3f (%.3f to %.3f), ResNet-8 %.3f (%.3f to %.3f), two workers %.2fx (%.2f to %.2f)",
                        cnn.median(),
                        cnn.least(),
                        cnn.most(),
                        resnet.median(),
                        resnet.least(),
                        resnet.most(),
                        workers.median(),
                        workers.least(),
                        workers.most()),
                String.format(Locale.ROOT, ">= %.2f, >= %.2f, >= %.1fx", CNN_BAR, RESNET_BAR, WORKERS_BAR),
                cnn.median() >= CNN_BAR && resnet.median() >= RESNET_BAR && workers.median() >= WORKERS_BAR);
    }

    private static Spread spread(Setting setting, IntToDoubleFunction ofRepeat) {
        return Spread.of(setting.eachSeed().mapToDouble(ofRepeat::applyAsDouble).toArray());
    }

    private static void row(Table table, String name, int repeat, ObjectNode result, double bar) {
        table.row(
                name,
                Integer.toString(repeat),
                "%.0f".formatted(result.path("imagesPerSecond").asDouble()),
                String.format(Locale.ROOT, "%.1f", result.path("gigaflops").asDouble()),
                String.format(
                        Locale.ROOT, "%.1f", result.path("matrixGigaflops").asDouble()),
                String.format(Locale.ROOT, "%.3f", share(result)),
                bar == 0 ? "" : String.format(Locale.ROOT, "%.2f", bar));
    }

    private static double share(ObjectNode result) {
        return Reading.number(result, "gigaflops") / Reading.number(result, "matrixGigaflops");
    }

    private static double imagesPerSecond(Results results, String name, int repeat) {
        return Reading.number(results.of(name + "." + repeat), "imagesPerSecond");
    }
}
