package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Candidates;
import io.espalier.pruning.campaign.Encoding;
import io.espalier.pruning.campaign.Recovery;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.evaluation.Quality;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A variant as {@code result.json} tells it. */
final class VariantResult {
    static final String MODEL = "variant.onnx";
    static final String GOLDEN = "golden.pb";
    static final String PROVENANCE = "provenance.json";
    static final List<String> FILES = List.of(MODEL, GOLDEN, PROVENANCE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private VariantResult() {}

    static ObjectNode json(Task task, Variant made) {
        ObjectNode result = JSON.createObjectNode().put("outcome", "done");
        ObjectNode variant = result.putObject("variant");
        variant.put("file", MODEL).put("digest", made.digest().hex());
        cost(variant, made.predicted());
        quality(variant, made);
        variant.put("selectionScore", made.selectionScore())
                .put("selectionScoreBefore", made.selectionScoreBefore())
                .put("selectionSamples", task.validation().size());
        ArrayNode kept = variant.putArray("keptChannels");
        made.groups()
                .forEach(group -> kept.addObject()
                        .put("layer", group.layer())
                        .put("kept", group.channels().size())
                        .put("of", group.of()));
        variant.put("importance", made.importance());
        if (made.recovery() instanceof Recovery.Fitted fitted) {
            variant.put("note", fitted.note());
        }
        encoding(variant.putObject("encoding"), made.encoding());
        candidates(result, made.candidates());
        rounds(result.putArray("pruningRounds"), made);
        made.stop().ifPresent(stop -> stopped(result.putObject("stopped"), stop));
        result.putObject("files").put("golden", GOLDEN).put("provenance", PROVENANCE);
        return result;
    }

    private static void stopped(ObjectNode into, Stop stop) {
        into.put("round", stop.round()).put("of", stop.of()).put("because", stop.because());
        if (stop instanceof Stop.TooMuchLost lost) {
            into.put("score", lost.score())
                    .put("unprunedScore", lost.unprunedScore())
                    .put("mostLost", lost.mostLost());
        }
        if (stop instanceof Stop.OutOfTime late) {
            into.put("seconds", seconds(late.spent()))
                    .put("longestRoundSeconds", seconds(late.longestRound()))
                    .put("mostSeconds", seconds(late.most()));
        }
        into.put("detail", stop.note());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    /** Float or integers, how many weights are zero, and what that makes of the file. */
    static void encoding(ObjectNode into, Encoding encoding) {
        into.put("precision", encoding.choice().precision().name().toLowerCase(Locale.ROOT))
                .put("because", encoding.choice().reason())
                .put("sparsity", encoding.sparsity())
                .put("gzipBytes", encoding.file().gzipBytes());
        encoding.integers().ifPresent(integers -> {
            into.put("largestWeight", integers.largestWeight())
                    .put("clipping", integers.clipping())
                    .put("floatScore", integers.floatScore())
                    .put("score", integers.score());
            integers.speed()
                    .ifPresent(speed -> into.put("timeOverFloat", speed.ratio()).put("timedHere", speed.timedHere()));
        });
    }

    private static void candidates(ObjectNode result, Candidates candidates) {
        ArrayNode all = result.putArray("candidates");
        for (Candidates.Candidate each : candidates.all()) {
            ObjectNode candidate = all.addObject().put("name", each.name());
            cost(candidate, each.cost());
            each.measured()
                    .ifPresent(timing -> candidate
                            .put("measuredP50Micros", timing.medianMicros())
                            .put("measuredP95Micros", timing.p95Micros()));
            candidate.put("cutScore", each.cutScore());
            each.fittedScore().ifPresent(score -> candidate.put("fittedScore", score));
            candidate.put("score", each.score()).put("chosen", each.chosen()).put("reason", each.reason());
            each.tunedScore().ifPresent(score -> candidate.put("tunedScore", score));
        }
        ArrayNode rounds = result.putArray("rounds");
        for (Allocation.Round each : candidates.rounds()) {
            ObjectNode round = rounds.addObject()
                    .put("round", each.number())
                    .put("plannedLoad", each.plannedLoad())
                    .put("load", each.load());
            Arrays.stream(each.widths()).forEach(round.putArray("widths")::add);
        }
        result.putObject("latencyModel")
                .put("leaveOneOutError", candidates.latencyError())
                .put("plannedShareOfBudget", candidates.latencyMargin())
                .put("correctedBy", candidates.latencyCorrection());
    }

    /** What each round cut and how far training brought it back; scores are of validation samples. */
    static void rounds(ArrayNode into, Variant made) {
        for (Variant.Round round : made.rounds()) {
            ObjectNode each = into.addObject()
                    .put("round", round.number())
                    .put("epochs", round.epochs())
                    .put("chosen", round.chosen());
            cost(each, round.cost());
            each.put("scoreOnceCut", round.cutScore()).put("scoreOnceTrained", round.trainedScore());
            round.before()
                    .ifPresent(tried -> each.putObject("trainedBefore")
                            .put("chosen", tried.contender())
                            .put("scoreOnceTrained", tried.trainedScore()));
        }
    }

    /** Test-part numbers of the three stages, each named for its stage. */
    static void quality(ObjectNode into, Variant made) {
        quality(into, "Before", made.before());
        quality(into, "Pruned", made.pruned());
        quality(into, "After", made.after());
        made.randomOneShotScore()
                .ifPresent(random -> into.put(made.after().first().keyBehind("randomOneShot"), random));
    }

    private static void quality(ObjectNode into, String stage, Quality quality) {
        quality.metrics().forEach(metric -> into.put(metric.key() + stage, metric.value()));
    }

    private static void cost(ObjectNode into, Cost cost) {
        into.put("sizeBytes", cost.sizeBytes());
        into.put("parameters", cost.parameters());
        into.put("macs", cost.macs());
        into.put("peakMemoryBytes", cost.peakMemoryBytes());
        into.put("predictedP50Micros", cost.p50Micros());
        into.put("predictedP95Micros", cost.p95Micros());
        cost.energyMillijoules().ifPresent(energy -> into.put("predictedEnergyMillijoules", energy));
    }
}
