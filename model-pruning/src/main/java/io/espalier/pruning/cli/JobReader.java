package io.espalier.pruning.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.training.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Turns {@code job.json} into a {@link JobSpec}, or says everything that is wrong with it at once. */
final class JobReader {
    private static final long MAX_JOB_BYTES = 4 << 20;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JobReader() {}

    static JobSpec read(Path file) {
        try {
            if (Files.size(file) > MAX_JOB_BYTES) {
                throw new InvalidInputException(
                        "The job is too large", file + " has more than " + MAX_JOB_BYTES + " bytes");
            }
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no job", file + " does not exist");
        } catch (IOException e) {
            throw new InvalidInputException("The job cannot be read", file + ": " + e.getMessage());
        }
    }

    static JobSpec parse(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException("The job is not JSON", e.getOriginalMessage());
        }
        List<String> problems = new ArrayList<>();
        JsonFields job = new JsonFields(root, "", problems);
        Optional<JobSpec.Kind> kind = job.oneOf("kind", JobSpec.Kind.class);
        if (kind.isEmpty() && !root.hasNonNull("kind")) {
            job.wrong("kind", "is missing: one of inspect, train, prune, baseline");
        }
        Optional<JsonFields> device = job.object("device");
        Isa isa = device.flatMap(fields -> fields.texts("isa"))
                .map(flags -> new Isa(new HashSet<>(flags)))
                .orElse(Isa.UNKNOWN);
        JobSpec spec = new JobSpec(
                kind.orElse(JobSpec.Kind.INSPECT),
                job.oneOf("task", Purpose.class).orElse(Purpose.CLASSIFICATION),
                job.path("model"),
                job.path("dataset"),
                job.object("contract").map(JobReader::contract).orElse(InputContract.RAW),
                job.object("recipe").map(JobReader::recipe).orElse(Recipe.DEFAULT),
                job.text("architecture"),
                job.object("target").map(JobReader::target).orElse(Target.NONE),
                device.flatMap(fields -> device(fields, problems)),
                isa,
                job.wholeNumber("threads", 1, 64).map(Long::intValue).orElse(1),
                job.path("hostLock"),
                job.path("cache"));
        job.rejectUnknown();
        if (kind.isPresent()) {
            require(spec, job);
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException("The job cannot be understood", problems);
        }
        return spec;
    }

    private static void require(JobSpec spec, JsonFields job) {
        boolean trains = spec.kind() == JobSpec.Kind.TRAIN;
        if (trains && spec.architecture().isEmpty()) {
            job.wrong("architecture", "is missing, a train job needs it: source-cnn");
        }
        if (!trains && spec.model().isEmpty()) {
            job.wrong("model", "is missing: the path of an ONNX file");
        }
        if (spec.kind() != JobSpec.Kind.INSPECT && spec.dataset().isEmpty()) {
            job.wrong(
                    "dataset",
                    "is missing: the path of a file or folder with "
                            + (spec.task().needsLabels() ? "labelled images" : "images"));
        }
        if (!spec.task().needsLabels()) {
            requireRegression(spec, job);
        }
        boolean aimless = spec.target().isEmpty()
                && spec.recipe().threshold().isEmpty()
                && spec.recipe().sparsity() == 0;
        if (spec.kind() == JobSpec.Kind.PRUNE && aimless) {
            job.wrong(
                    "target",
                    "is missing: at least one of latencyP95Micros, memoryBytes, sizeBytes, energyMillijoules, macs,"
                            + " or a recipe with a threshold or a sparsity");
        }
        if (spec.target().latencyP95Micros().isPresent() && spec.device().isEmpty()) {
            job.wrong("device", "is missing, a latency target needs the device's timings");
        }
        if (spec.target().energyMillijoules().isPresent() && spec.device().isEmpty()) {
            job.wrong("device", "is missing, an energy target needs the device's timings, with denseMillijoules");
        }
    }

    private static void requireRegression(JobSpec spec, JsonFields job) {
        if (spec.kind() == JobSpec.Kind.TRAIN || spec.kind() == JobSpec.Kind.BASELINE) {
            job.wrong(
                    "task",
                    "is regression, which has nothing to learn from but an unpruned model: only a prune or an inspect"
                            + " job can have it");
        }
        if (spec.recipe().precision() != AskedPrecision.FLOAT32) {
            job.wrong(
                    "recipe.precision",
                    "must be float32 for regression, is "
                            + spec.recipe().precision().name().toLowerCase(Locale.ROOT)
                            + ": integers are judged by labels");
        }
        if (!spec.recipe().distill()) {
            job.wrong(
                    "recipe.distill", "is false, but for regression the unpruned model is all there is to learn from");
        }
    }

    private static InputContract contract(JsonFields fields) {
        double scale = fields.number("scale").orElse(1.0);
        List<Double> mean = fields.numbers("mean").orElse(List.of());
        List<Double> std = fields.numbers("std").orElse(List.of());
        fields.rejectUnknown();
        try {
            return new InputContract(scale, mean, std);
        } catch (IllegalArgumentException e) {
            fields.wrong(String.valueOf(e.getMessage()));
            return InputContract.RAW;
        }
    }

    private static Recipe recipe(JsonFields fields) {
        Recipe usual = Recipe.DEFAULT;
        Optional<Double> rate = fields.positive("learningRate");
        Optional<Long> samples = fields.wholeNumber("maxTrainSamples", 1, Integer.MAX_VALUE);
        Optional<Double> threshold = fields.number("threshold");
        long epochs = fields.wholeNumber("epochs", 0, Recipe.MOST_EPOCHS).orElse((long) usual.epochs());
        long rounds = fields.wholeNumber("rounds", 1, Recipe.MOST_ROUNDS).orElse((long) usual.rounds());
        long seed = fields.wholeNumber("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(usual.seed());
        long batchSize =
                fields.wholeNumber("batchSize", 1, Recipe.LARGEST_BATCH).orElse((long) usual.batchSize());
        Recipe.Criterion importance =
                fields.oneOf("importance", Recipe.Criterion.class).orElse(usual.importance());
        double percentile = fields.number("percentile").orElse(usual.percentile());
        Recipe.Scope percentileScope =
                fields.oneOf("percentileScope", Recipe.Scope.class).orElse(usual.percentileScope());
        boolean distill = fields.flag("distill").orElse(usual.distill());
        boolean control = fields.flag("control").orElse(usual.control());
        AskedPrecision precision =
                fields.oneOf("precision", AskedPrecision.class).orElse(usual.precision());
        double sparsity = fields.number("sparsity").orElse(usual.sparsity());
        Optional<Double> mostLost = fields.number("mostLost");
        fields.rejectUnknown();
        try {
            return new Recipe(
                    (int) epochs,
                    (int) rounds,
                    seed,
                    (int) batchSize,
                    rate.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                    importance,
                    percentile,
                    percentileScope,
                    threshold.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                    samples.map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty()),
                    distill,
                    control,
                    precision,
                    sparsity,
                    mostLost.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
        } catch (IllegalArgumentException e) {
            fields.wrong(String.valueOf(e.getMessage()));
            return usual;
        }
    }

    private static Target target(JsonFields fields) {
        Target target = new Target(
                fields.positive("latencyP95Micros").map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                wholeNumber(fields, "memoryBytes"),
                wholeNumber(fields, "sizeBytes"),
                fields.positive("energyMillijoules").map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                wholeNumber(fields, "macs"));
        fields.rejectUnknown();
        return target;
    }

    private static OptionalLong wholeNumber(JsonFields fields, String name) {
        return fields.wholeNumber(name, 1, Long.MAX_VALUE).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    static Optional<DeviceTimings> device(JsonFields fields, List<String> problems) {
        List<Timing> base = timings(fields, "baseTimings", problems);
        List<Timing> model = timings(fields, "modelTimings", problems);
        Optional<Double> p95 = fields.positive("denseP95Micros");
        Optional<Double> p50 = fields.positive("denseP50Micros");
        double correction = fields.positive("correction").orElse(1.0);
        OptionalDouble energy =
                fields.positive("denseMillijoules").map(OptionalDouble::of).orElse(OptionalDouble.empty());
        fields.rejectUnknown();
        if (p50.isEmpty() || p95.isEmpty()) {
            problems.add("device needs denseP50Micros and denseP95Micros, as the dense model's trial measured them");
            return Optional.empty();
        }
        if (p95.get() < p50.get()) {
            fields.wrong("denseP95Micros", "is " + p95.get() + ", below denseP50Micros " + p50.get());
            return Optional.empty();
        }
        return Optional.of(new DeviceTimings(base, model, p50.get(), p95.get(), correction, energy));
    }

    private static List<Timing> timings(JsonFields device, String name, List<String> problems) {
        List<Timing> timings = new ArrayList<>();
        for (JsonFields each : device.objects(name).orElse(List.of())) {
            Optional<String> probe = each.text("probe");
            Optional<Double> median = each.positive("medianMicros");
            Optional<Double> p95 = each.positive("p95Micros");
            int samples = each.wholeNumber("samples", 0, Integer.MAX_VALUE)
                    .map(Long::intValue)
                    .orElse(0);
            double noise = each.number("noise").orElse(0.0);
            each.rejectUnknown();
            if (probe.isEmpty()) {
                each.wrong("probe", "is missing");
            } else if (median.isPresent() && p95.isPresent()) {
                try {
                    timings.add(new Timing(probe.get(), median.get(), p95.get(), samples, noise));
                } catch (IllegalArgumentException e) {
                    problems.add("device." + name + ": " + e.getMessage());
                }
            }
        }
        return timings;
    }
}
