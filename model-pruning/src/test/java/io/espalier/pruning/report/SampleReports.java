package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.evaluation.Agreement;
import io.espalier.pruning.evaluation.ConfusionMatrix;
import io.espalier.pruning.evaluation.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports of every kind, to test the page with and to look at: {@code main} writes them to a folder. */
public final class SampleReports {
    static final String HOSTILE = "</title><script>alert(1)</script>\" onload='x' &amp; \u202Egnp\u0007";
    private static final long SEED = 3;
    private static final int SAMPLES_OF_CLASS = 100;

    private static final Cost UNPRUNED = new Cost(240, 262, 318_841, 511_000, 12_501_632, 78_186);

    private SampleReports() {}

    public static void main(String[] folder) throws IOException {
        Path to = Files.createDirectories(Path.of(folder[0]));
        Map<String, Report> reports = Map.ofEntries(
                Map.entry("usual", usual()),
                Map.entry("in-rounds", inRounds()),
                Map.entry("stopped", stopped()),
                Map.entry("long", made(names("class", 100), layers(100), 40)),
                Map.entry("many-classes", made(names("n0", 400), layers(20), 8)),
                Map.entry("size-only", sizeOnly()),
                Map.entry("over-budget", overBudget()),
                Map.entry("refused", refused()),
                Map.entry("too-much-lost", tooMuchLost()),
                Map.entry("failed", failed()),
                Map.entry("regression", regression()),
                Map.entry("hostile", hostile()));
        for (Map.Entry<String, Report> each : reports.entrySet()) {
            Files.write(to.resolve(each.getKey() + ".html"), ReportPage.bytes(each.getValue()));
        }
    }

    public static Report usual() {
        return made(
                List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
                layers(10),
                8);
    }

    static Report hostile() {
        List<String> names = IntStream.range(0, 12).mapToObj(i -> HOSTILE + i).toList();
        List<LayerWidth> layers = List.of(
                new LayerWidth(HOSTILE, 4, 16, Optional.of("A"), Optional.empty()),
                new LayerWidth("b" + HOSTILE, 16, 16, Optional.empty(), Optional.of(HOSTILE)));
        Report report = made(names, layers, 5);
        return new Report(
                new Asked(HOSTILE, HOSTILE, HOSTILE, report.asked().limits()),
                report.verdict(),
                report.comparison(),
                report.candidates().stream()
                        .map(each -> new Candidate(
                                HOSTILE,
                                each.cost(),
                                each.cutScore(),
                                each.fittedScore(),
                                each.tunedScore(),
                                each.measured(),
                                each.kind(),
                                HOSTILE))
                        .toList(),
                report.layers(),
                report.rounds(),
                report.search(),
                names,
                List.of(Fact.of(HOSTILE, HOSTILE)));
    }

    /** Three rounds, of which the first trained two starts. */
    public static Report inRounds() {
        Variant.Round first = round(1, 210_000, 0.83, 0.859);
        Variant.Round.Tried tried = new Variant.Round.Tried("l1-uniform", 0.84);
        return inRounds(
                Optional.empty(),
                new Variant.Round(
                        first.number(),
                        first.epochs(),
                        first.chosen(),
                        first.cost(),
                        first.cutScore(),
                        first.trainedScore(),
                        Optional.of(tried)),
                round(2, 150_000, 0.76, 0.856),
                round(3, 106_103, 0.4, 0.853));
    }

    /** Stopped in its third round, so that the second one is the last. */
    public static Report stopped() {
        return inRounds(
                Optional.of(new Stop.TooMuchLost(3, 4, 0.812, 0.861, 0.02)),
                round(1, 210_000, 0.83, 0.859),
                round(2, 150_000, 0.76, 0.856));
    }

    private static Report inRounds(Optional<Stop> stopped, Variant.Round... rounds) {
        Report report = usual();
        Comparison comparison = report.comparison().orElseThrow();
        return new Report(
                report.asked(),
                report.verdict(),
                Optional.of(new Comparison(
                        comparison.before(),
                        comparison.pruned(),
                        comparison.after(),
                        comparison.drawnByLot(),
                        comparison.effort(),
                        comparison.compressed(),
                        stopped,
                        comparison.note())),
                report.candidates(),
                report.layers(),
                List.of(rounds),
                report.search(),
                report.classNames(),
                report.provenance());
    }

    /** Predicted to fit, measured not to. */
    static Report overBudget() {
        Report report = overBudget(usual());
        Comparison comparison = report.comparison().orElseThrow();
        return new Report(
                new Asked(
                        report.asked().model(),
                        report.asked().data(),
                        report.asked().device(),
                        List.of(new Limit(Limit.Quantity.LATENCY_P95_MICROS, 171, "50%"))),
                report.verdict(),
                Optional.of(new Comparison(
                        new Measures(
                                comparison.before().quality(),
                                new Cost(330, 352, 318_841, 511_000, 12_501_632, 78_186),
                                Optional.of(new Measures.Latency(320, 341))),
                        comparison.pruned(),
                        new Measures(
                                comparison.after().quality(),
                                new Cost(140, 159, 106_103, 251_000, 3_404_096, 25_966),
                                Optional.of(new Measures.Latency(160, 182))),
                        comparison.drawnByLot(),
                        comparison.effort(),
                        comparison.compressed(),
                        comparison.stopped(),
                        comparison.note())),
                report.candidates(),
                report.layers(),
                report.rounds(),
                report.search(),
                report.classNames(),
                report.provenance());
    }

    static Report overBudget(Report made) {
        return new Report(
                made.asked(),
                new Verdict.OverBudget(),
                made.comparison(),
                made.candidates(),
                made.layers(),
                made.rounds(),
                made.search(),
                made.classNames(),
                made.provenance());
    }

    public static Report refused() {
        return Report.ofNothing(
                asked(),
                new Verdict.Refused(
                        410,
                        "needs at least 410 µs: that is this network with every layer at its narrowest, and a network"
                                + " of one multiplication already takes 23.0 µs; 100 µs were asked for",
                        UNPRUNED),
                layers(10).stream()
                        .map(each ->
                                new LayerWidth(each.layer(), each.of(), each.of(), each.group(), each.denseBecause()))
                        .toList(),
                List.of(Fact.exact("model, SHA-256", "0f".repeat(32))));
    }

    static Report tooMuchLost() {
        Report refused = refused();
        return Report.ofNothing(
                refused.asked(),
                new Verdict.TooMuchLost(new Stop.TooMuchLost(1, 3, 0.812, 0.861, 0.02), UNPRUNED),
                refused.layers(),
                refused.provenance());
    }

    static Report failed() {
        return Report.ofNothing(
                new Asked("model.onnx", "images.zip", "", List.of()),
                new Verdict.Failed("The data cannot be used", "images.zip has no folder train/"),
                List.of(),
                List.of());
    }

    static Report sizeOnly() {
        Report report = usual();
        return new Report(
                new Asked(
                        "tiny.onnx",
                        "images.zip",
                        "",
                        List.of(new Limit(Limit.Quantity.SIZE_BYTES, 120_000, "120000 bytes"))),
                report.verdict(),
                report.comparison(),
                report.candidates().stream()
                        .map(each -> new Candidate(
                                each.name(),
                                new Cost(
                                        0,
                                        0,
                                        each.cost().sizeBytes(),
                                        1,
                                        each.cost().macs(),
                                        1),
                                each.cutScore(),
                                each.fittedScore(),
                                each.tunedScore(),
                                each.measured(),
                                each.kind(),
                                each.reason()))
                        .toList(),
                report.layers(),
                List.of(),
                List.of(),
                report.classNames(),
                report.provenance());
    }

    static Report made(List<String> classNames, List<LayerWidth> layers, int candidates) {
        Evaluation before = evaluation(classNames.size(), 0.86, 1);
        Evaluation after = evaluation(classNames.size(), 0.85, 2);
        return new Report(
                asked(),
                new Verdict.Made(),
                Optional.of(new Comparison(
                        new Measures(before, UNPRUNED, Optional.of(new Measures.Latency(233, 262))),
                        evaluation(classNames.size(), 0.4, 3),
                        new Measures(
                                after,
                                new Cost(110, 124, 106_103, 251_000, 3_404_096, 25_966),
                                Optional.of(new Measures.Latency(113, 127))),
                        OptionalDouble.of(0.101),
                        new Comparison.Effort(3, 49_000, 49_000),
                        new Comparison.Compressed(294_500, 97_300),
                        Optional.empty(),
                        Optional.empty())),
                candidates(candidates),
                layers,
                List.of(round(1, 106_103, 0.4, 0.853)),
                search(layers.size()),
                classNames,
                List.of(
                        Fact.exact("model, SHA-256", "0f".repeat(32)),
                        Fact.of("seed", "7"),
                        Fact.of("recipe", "channels ranked by l1, 3 epochs, batches of 64")));
    }

    static List<LayerWidth> layers(int count) {
        Random random = new Random(SEED);
        List<LayerWidth> layers = new ArrayList<>();
        for (int i = 0; i < count - 1; i++) {
            int of = 16 << Math.min(3, 4 * i / count);
            boolean tied = i % 2 == 0;
            layers.add(new LayerWidth(
                    "stage" + 4 * i / count + "/conv_" + i,
                    Math.max(4, tied ? of / 2 : 4 * random.nextInt(of / 4 + 1)),
                    of,
                    tied ? Optional.of(LayerWidths.letter(4 * i / count)) : Optional.empty(),
                    Optional.empty()));
        }
        layers.add(new LayerWidth("dense", 10, 10, Optional.empty(), Optional.of("is the output")));
        return layers;
    }

    private static Asked asked() {
        return new Asked(
                "resnet8-cifar10.onnx",
                "cifar10-jpeg.zip",
                "this machine, measured before, 1 thread",
                List.of(new Limit(Limit.Quantity.LATENCY_P95_MICROS, 131, "50%")));
    }

    private static List<String> names(String start, int count) {
        return IntStream.range(0, count).mapToObj(i -> start + "-" + i).toList();
    }

    private static List<Candidate> candidates(int count) {
        Random random = new Random(SEED);
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(
                candidate("l1-knapsack", 124, 0.4, OptionalDouble.of(0.853), Candidate.Kind.CHOSEN, "best start"));
        candidates.add(candidate("dense", 262, 0.861, OptionalDouble.empty(), Candidate.Kind.DENSE, "too slow"));
        for (int i = 2; i < count; i++) {
            double micros = 60 + 180 * random.nextDouble();
            double score = 0.15 + 0.5 * micros / 240 * random.nextDouble();
            candidates.add(candidate(
                    "set-" + i,
                    micros,
                    score,
                    i % 3 == 0 ? OptionalDouble.of(0.5 + 0.35 * micros / 240) : OptionalDouble.empty(),
                    Candidate.Kind.OTHER,
                    "behind the chosen one"));
        }
        return candidates;
    }

    private static Candidate candidate(
            String name, double micros, double score, OptionalDouble tuned, Candidate.Kind kind, String reason) {
        Cost cost =
                new Cost(micros * 0.9, micros, (long) (micros * 900), 1, (long) (micros * 40_000), (long) micros * 200);
        OptionalDouble fitted = tuned.isPresent() ? OptionalDouble.of(score + 0.05) : OptionalDouble.empty();
        return new Candidate(name, cost, score, fitted, tuned, Optional.empty(), kind, reason);
    }

    private static Variant.Round round(int number, long size, double cut, double trained) {
        Cost cost = new Cost(size / 1000.0, size / 900.0, size, 1, size * 40, size / 4);
        return new Variant.Round(number, 2, "l1-knapsack", cost, cut, trained, Optional.empty());
    }

    private static List<SearchStep> search(int groups) {
        return IntStream.rangeClosed(1, 6)
                .mapToObj(i -> new SearchStep(
                        i,
                        1.6 - 0.1 * i,
                        1.58 - 0.1 * i,
                        OptionalDouble.of(131 * (1.58 - 0.1 * i)),
                        IntStream.range(0, groups).map(g -> 64 - 8 * i).boxed().toList()))
                .toList();
    }

    static ConfusionMatrix confusion(Measures measures) {
        return ((Evaluation) measures.quality()).confusion();
    }

    /** Of a model without classes. */
    static Report regression() {
        Report report = usual();
        Comparison comparison = report.comparison().orElseThrow();
        return new Report(
                report.asked(),
                report.verdict(),
                Optional.of(new Comparison(
                        new Measures(
                                new Agreement(200, 1, 0), comparison.before().predicted(), Optional.empty()),
                        new Agreement(200, -3.5, 1.9),
                        new Measures(
                                new Agreement(200, 0.962, 0.17),
                                comparison.after().predicted(),
                                Optional.empty()),
                        OptionalDouble.of(0),
                        comparison.effort(),
                        comparison.compressed(),
                        Optional.empty(),
                        Optional.of("not fine-tuned: Erf 'erf1' cannot be trained through"))),
                report.candidates().stream()
                        .map(SampleReports::worseThanNothing)
                        .toList(),
                report.layers(),
                report.rounds(),
                report.search(),
                List.of(),
                report.provenance());
    }

    /** As it was cut, its outputs are farther from the unpruned model's than their mean. */
    private static Candidate worseThanNothing(Candidate each) {
        return each.kind() == Candidate.Kind.DENSE
                ? each
                : new Candidate(
                        each.name(),
                        each.cost(),
                        -1.265,
                        each.fittedScore(),
                        each.tunedScore(),
                        each.measured(),
                        each.kind(),
                        each.reason());
    }

    /** Samples of which about this share is right, the others mostly taken for a neighbour. */
    static Evaluation evaluation(int classes, double right, long seed) {
        Random random = new Random(seed);
        Map<ConfusionMatrix.Pair, Integer> counts = new HashMap<>();
        int hits = 0;
        for (int c = 0; c < classes; c++) {
            double share = Math.min(1, right + 0.1 * random.nextGaussian());
            for (int i = 0; i < SAMPLES_OF_CLASS; i++) {
                boolean hit = random.nextDouble() < share;
                int said = hit ? c : Math.floorMod(c + (int) Math.round(2 * random.nextGaussian()), classes);
                hits += said == c ? 1 : 0;
                counts.merge(new ConfusionMatrix.Pair(c, said), 1, Integer::sum);
            }
        }
        int samples = classes * SAMPLES_OF_CLASS;
        double accuracy = (double) hits / samples;
        return new Evaluation(
                samples, accuracy, accuracy - 0.004, 2 * (1 - accuracy), new ConfusionMatrix(classes, counts));
    }
}
