package io.espalier.pruning.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.evaluation.ConfusionMatrix;
import io.espalier.pruning.evaluation.Evaluation;
import io.espalier.pruning.evaluation.Quality;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as JSON, for programs; {@code docs/pruning-report.md} names its fields. The same report gives the same bytes. */
public final class ReportJson {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportJson() {}

    public static byte[] bytes(Report report) {
        try {
            return JSON.writeValueAsBytes(tree(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain values can be written", e);
        }
    }

    static ObjectNode tree(Report report) {
        ObjectNode root = JSON.createObjectNode().put("version", VERSION);
        asked(root.putObject("asked"), report.asked());
        verdict(root.putObject("verdict"), report);
        report.comparison().ifPresent(comparison -> comparison(root.putObject("comparison"), comparison));
        if (report.comparison().isEmpty()) {
            report.unpruned().ifPresent(cost -> cost(root.putObject("unpruned"), cost));
        }
        if (report.verdict() instanceof Verdict.TooMuchLost lost) {
            trained(root.putObject("trained"), lost.stop());
        }
        ArrayNode candidates = root.putArray("candidates");
        List<Candidate> front = report.candidates().isEmpty()
                ? List.of()
                : ParetoFront.of(report.choices(), Price.suiting(report.choices())::of);
        report.candidates().forEach(each -> candidate(candidates.addObject(), each, front.contains(each)));
        ArrayNode layers = root.putArray("layers");
        report.layers().forEach(each -> layer(layers.addObject(), each));
        ArrayNode rounds = root.putArray("rounds");
        report.search().forEach(each -> step(rounds.addObject(), each));
        ArrayNode pruningRounds = root.putArray("pruningRounds");
        report.rounds().forEach(each -> round(pruningRounds.addObject(), each));
        report.classNames().forEach(root.putArray("classNames")::add);
        ObjectNode provenance = root.putObject("provenance");
        report.provenance().forEach(fact -> provenance.put(fact.name(), fact.value()));
        return root;
    }

    private static void asked(ObjectNode into, Asked asked) {
        into.put("model", asked.model()).put("data", asked.data()).put("device", asked.device());
        ArrayNode limits = into.putArray("limits");
        for (Limit each : asked.limits()) {
            ObjectNode limit =
                    limits.addObject().put("quantity", camel(each.quantity().name()));
            if (each.isKnown()) {
                limit.put("most", each.most());
            }
            limit.put("asWritten", each.asWritten());
        }
    }

    private static void verdict(ObjectNode into, Report report) {
        Verdict verdict = report.verdict();
        if (verdict instanceof Verdict.Refused refused) {
            into.put("outcome", "refused").put("floorP95Micros", refused.floorP95Micros());
        } else if (verdict instanceof Verdict.TooMuchLost) {
            into.put("outcome", "refused").put("floorP95Micros", 0.0);
        } else if (verdict instanceof Verdict.Failed) {
            into.put("outcome", "invalid");
        } else if (verdict instanceof Verdict.OverBudget) {
            into.put("outcome", "overBudget");
        } else {
            into.put("outcome", "done");
        }
        Summary summary = Summary.of(report);
        into.put("level", summary.level().name().toLowerCase(Locale.ROOT));
        into.put("headline", summary.headline()).put("detail", summary.detail());
        summary.next().forEach(into.putArray("next")::add);
    }

    private static void comparison(ObjectNode into, Comparison comparison) {
        measures(into.putObject("before"), comparison.before());
        quality(into.putObject("pruned"), comparison.pruned());
        measures(into.putObject("after"), comparison.after());
        comparison
                .drawnByLot()
                .ifPresent(score -> into.put(comparison.pruned().first().keyBehind("drawnByLot"), score));
        comparison.stopped().ifPresent(stopped -> into.put("stopped", stopped.note()));
        comparison.note().ifPresent(note -> into.put("note", note));
        into.put("gzipBytesBefore", comparison.compressed().beforeBytes())
                .put("gzipBytesAfter", comparison.compressed().afterBytes());
        into.put("epochs", comparison.effort().epochs())
                .put("trainSamples", comparison.effort().samples())
                .put("trainSamplesAvailable", comparison.effort().available());
    }

    private static void trained(ObjectNode into, Stop.TooMuchLost stop) {
        into.put("round", stop.round())
                .put("of", stop.of())
                .put("score", stop.score())
                .put("unprunedScore", stop.unprunedScore())
                .put("mostLost", stop.mostLost());
    }

    private static void measures(ObjectNode into, Measures measures) {
        quality(into, measures.quality());
        cost(into.putObject("predicted"), measures.predicted());
        measures.measured().ifPresent(latency -> measured(into, latency));
        if (measures.quality() instanceof Evaluation evaluation) {
            confusion(into.putArray("confusion"), evaluation.confusion());
        }
    }

    private static void measured(ObjectNode into, Measures.Latency latency) {
        into.putObject("measured").put("p50Micros", latency.p50Micros()).put("p95Micros", latency.p95Micros());
    }

    private static void confusion(ArrayNode confusion, ConfusionMatrix matrix) {
        matrix.counts().entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<ConfusionMatrix.Pair, Integer> entry) ->
                                entry.getKey().actual())
                        .thenComparingInt(entry -> entry.getKey().said()))
                .forEach(entry -> confusion
                        .addObject()
                        .put("actual", entry.getKey().actual())
                        .put("said", entry.getKey().said())
                        .put("samples", entry.getValue()));
    }

    private static void quality(ObjectNode into, Quality quality) {
        into.put("samples", quality.samples());
        quality.metrics().forEach(metric -> into.put(metric.key(), metric.value()));
    }

    private static void candidate(ObjectNode into, Candidate candidate, boolean onFront) {
        into.put("name", candidate.name());
        into.put("kind", candidate.kind().name().toLowerCase(Locale.ROOT));
        cost(into.putObject("predicted"), candidate.cost());
        candidate.measured().ifPresent(latency -> measured(into, latency));
        into.put("cutScore", candidate.cutScore());
        candidate.fittedScore().ifPresent(score -> into.put("fittedScore", score));
        into.put("score", candidate.score());
        candidate.tunedScore().ifPresent(score -> into.put("tunedScore", score));
        into.put("onParetoFront", onFront).put("reason", candidate.reason());
    }

    private static void layer(ObjectNode into, LayerWidth layer) {
        into.put("layer", layer.layer()).put("kept", layer.kept()).put("of", layer.of());
        layer.group().ifPresent(group -> into.put("group", group));
        layer.denseBecause().ifPresent(reason -> into.put("denseBecause", reason));
    }

    private static void step(ObjectNode into, SearchStep step) {
        into.put("round", step.number())
                .put("plannedShare", step.plannedShare())
                .put("usedShare", step.usedShare());
        step.p95Micros().ifPresent(micros -> into.put("predictedP95Micros", micros));
        step.widths().forEach(into.putArray("widths")::add);
    }

    private static void round(ObjectNode into, Variant.Round round) {
        into.put("round", round.number()).put("epochs", round.epochs()).put("chosen", round.chosen());
        cost(into.putObject("predicted"), round.cost());
        into.put("scoreOnceCut", round.cutScore()).put("scoreOnceTrained", round.trainedScore());
        round.before()
                .ifPresent(tried -> into.putObject("trainedBefore")
                        .put("chosen", tried.contender())
                        .put("scoreOnceTrained", tried.trainedScore()));
    }

    private static void cost(ObjectNode into, Cost cost) {
        if (cost.p95Micros() > 0) {
            into.put("p50Micros", cost.p50Micros()).put("p95Micros", cost.p95Micros());
        }
        cost.energyMillijoules().ifPresent(energy -> into.put("energyMillijoules", energy));
        into.put("sizeBytes", cost.sizeBytes())
                .put("peakMemoryBytes", cost.peakMemoryBytes())
                .put("parameters", cost.parameters())
                .put("macs", cost.macs());
    }

    /** LATENCY_P95_MICROS as latencyP95Micros. */
    private static String camel(String constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
