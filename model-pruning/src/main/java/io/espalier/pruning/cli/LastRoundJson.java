package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.campaign.LastRound;
import io.espalier.pruning.campaign.Recovery;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.reconstruction.FittedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** What a checkpoint tells of its last round, but for the networks. */
final class LastRoundJson {
    private LastRoundJson() {}

    static void write(ObjectNode into, LastRound last) {
        into.put("latencyCorrection", last.latencyCorrection()).put("score", last.score());
        last.masked().stream().sorted().forEach(into.putArray("masked")::add);
        ArrayNode considered = into.putArray("considered");
        last.considered().forEach(each -> write(considered.addObject(), each));
        if (last.recovery() instanceof Recovery.FineTuned tuned) {
            into.putObject("fineTuned")
                    .put("learningRate", tuned.learningRate())
                    .put("lastLoss", tuned.lastLoss())
                    .put("imagesPerSecond", tuned.imagesPerSecond())
                    .put("exportDifference", tuned.exportDifference())
                    .put("teacherShare", tuned.teacherShare());
        } else if (last.recovery() instanceof Recovery.Fitted fitted) {
            ArrayNode layers =
                    into.putObject("fitted").put("reason", fitted.reason()).putArray("layers");
            fitted.layers().forEach(layer -> {
                ObjectNode node = layers.addObject().put("name", layer.name()).put("rows", layer.rows());
                // JSON has no number for what was not looked at.
                known(node, "errorBefore", layer.errorBefore());
                known(node, "errorAfter", layer.errorAfter());
                layer.untouchedBecause().ifPresent(why -> node.put("untouchedBecause", why));
            });
        }
    }

    private static void known(ObjectNode into, String name, double value) {
        if (!Double.isNaN(value)) {
            into.put(name, value);
        }
    }

    private static void write(ObjectNode into, LastRound.Considered each) {
        into.put("name", each.name()).put("criterion", each.criterion()).put("cutScore", each.cutScore());
        each.fittedScore().ifPresent(score -> into.put("fittedScore", score));
        each.trainedScore().ifPresent(score -> into.put("trainedScore", score));
        each.leftOut().forEach(into.putArray("leftOut")::add);
        each.byMagnitude().stream().sorted().forEach(into.putArray("byMagnitude")::add);
        each.measured()
                .ifPresent(timing -> into.putObject("measured")
                        .put("probe", timing.probe())
                        .put("medianMicros", timing.medianMicros())
                        .put("p95Micros", timing.p95Micros())
                        .put("samples", timing.samples())
                        .put("noise", timing.noise()));
        ArrayNode kept = into.putArray("kept");
        each.kept().forEach(group -> numbers(kept.addArray(), group));
        ObjectNode allocation =
                into.putObject("allocation").put("worth", each.allocation().worth());
        numbers(allocation.putArray("widths"), each.allocation().widths());
        JobCheckpoints.write(allocation.putObject("cost"), each.allocation().cost());
        ArrayNode rounds = allocation.putArray("rounds");
        each.allocation().rounds().forEach(round -> {
            ObjectNode node = rounds.addObject()
                    .put("number", round.number())
                    .put("plannedLoad", round.plannedLoad())
                    .put("load", round.load());
            numbers(node.putArray("widths"), round.widths());
        });
    }

    private static void numbers(ArrayNode into, int[] values) {
        for (int value : values) {
            into.add(value);
        }
    }

    /** @param from the network that the round cut; empty where that was the unpruned one */
    static LastRound read(JsonNode node, Optional<byte[]> from) {
        return new LastRound(
                from,
                list(node.path("considered"), LastRoundJson::considered),
                node.path("latencyCorrection").asDouble(),
                node.path("score").asDouble(),
                Set.copyOf(list(node.path("masked"), JsonNode::asText)),
                recovery(node));
    }

    private static Recovery recovery(JsonNode node) {
        JsonNode tuned = node.path("fineTuned");
        if (tuned.isObject()) {
            return new Recovery.FineTuned(
                    tuned.path("learningRate").asDouble(),
                    tuned.path("lastLoss").asDouble(),
                    tuned.path("imagesPerSecond").asDouble(),
                    tuned.path("exportDifference").asDouble(),
                    tuned.path("teacherShare").asDouble());
        }
        return new Recovery.Fitted(
                node.at("/fitted/reason").asText(),
                list(
                        node.at("/fitted/layers"),
                        layer -> new FittedLayer(
                                layer.path("name").asText(),
                                layer.path("rows").asInt(),
                                layer.path("errorBefore").asDouble(Double.NaN),
                                layer.path("errorAfter").asDouble(Double.NaN),
                                layer.has("untouchedBecause")
                                        ? Optional.of(
                                                layer.path("untouchedBecause").asText())
                                        : Optional.empty())));
    }

    private static LastRound.Considered considered(JsonNode node) {
        JsonNode allocation = node.path("allocation");
        return new LastRound.Considered(
                node.path("name").asText(),
                list(node.path("leftOut"), JsonNode::asText),
                node.path("criterion").asText(),
                Set.copyOf(list(node.path("byMagnitude"), JsonNode::asText)),
                new Allocation.Chosen(
                        numbers(allocation.path("widths")),
                        JobCheckpoints.cost(allocation.path("cost")),
                        allocation.path("worth").asDouble(),
                        list(
                                allocation.path("rounds"),
                                round -> new Allocation.Round(
                                        round.path("number").asInt(),
                                        round.path("plannedLoad").asDouble(),
                                        round.path("load").asDouble(),
                                        numbers(round.path("widths"))))),
                list(node.path("kept"), LastRoundJson::numbers),
                node.path("cutScore").asDouble(),
                score(node, "fittedScore"),
                score(node, "trainedScore"),
                node.has("measured") ? Optional.of(timing(node.path("measured"))) : Optional.empty());
    }

    private static OptionalDouble score(JsonNode node, String name) {
        return node.has(name) ? OptionalDouble.of(node.path(name).asDouble()) : OptionalDouble.empty();
    }

    private static Timing timing(JsonNode node) {
        return new Timing(
                node.path("probe").asText(),
                node.path("medianMicros").asDouble(),
                node.path("p95Micros").asDouble(),
                node.path("samples").asInt(),
                node.path("noise").asDouble());
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> each) {
        List<T> all = new ArrayList<>();
        array.forEach(element -> all.add(each.apply(element)));
        return all;
    }

    private static int[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
