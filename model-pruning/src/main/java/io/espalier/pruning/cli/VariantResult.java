package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Candidates;
import io.espalier.pruning.campaign.Recovery;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.evaluation.Evaluation;
import java.util.Arrays;

/** A variant as {@code result.json} tells it. */
final class VariantResult {
    static final String MODEL = "variant.onnx";
    static final String GOLDEN = "golden.pb";
    static final String PROVENANCE = "provenance.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private VariantResult() {}

    static ObjectNode json(Variant made) {
        ObjectNode result = JSON.createObjectNode().put("outcome", "done");
        ObjectNode variant = result.putObject("variant");
        variant.put("file", MODEL).put("digest", made.digest().hex());
        cost(variant, made.predicted());
        quality(variant, made);
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
        candidates(result, made.candidates());
        result.putObject("files").put("golden", GOLDEN).put("provenance", PROVENANCE);
        return result;
    }

    private static void candidates(ObjectNode result, Candidates candidates) {
        ArrayNode all = result.putArray("candidates");
        for (Candidates.Candidate each : candidates.all()) {
            ObjectNode candidate = all.addObject().put("name", each.name());
            cost(candidate, each.cost());
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
                .put("plannedShareOfBudget", candidates.latencyMargin());
    }

    /** Test-part numbers of the three stages, each named for its stage. */
    static void quality(ObjectNode into, Variant made) {
        quality(into, "Before", made.before());
        quality(into, "Pruned", made.pruned());
        quality(into, "After", made.after());
        made.randomOneShotAccuracy().ifPresent(random -> into.put("randomOneShotAccuracy", random));
    }

    private static void quality(ObjectNode into, String stage, Evaluation evaluation) {
        into.put("accuracy" + stage, evaluation.accuracy());
        into.put("macroF1" + stage, evaluation.macroF1());
        into.put("loss" + stage, evaluation.loss());
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
