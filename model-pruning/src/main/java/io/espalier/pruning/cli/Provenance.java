package io.espalier.pruning.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Recovery;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.report.Versions;
import java.util.Locale;

/**
 * The record of where a variant came from. It carries no time and no path: the same inputs give the same bytes, unless
 * networks were timed on the way or the run was ended by time.
 */
final class Provenance {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Provenance() {}

    static byte[] of(Task task, Variant variant) {
        ObjectNode root = JSON.createObjectNode().put("version", VERSION);
        root.put("variantSha256", variant.digest().hex());
        root.put("baseModelSha256", task.base().digest().hex());
        root.put("task", task.purpose().name().toLowerCase(Locale.ROOT));
        root.putObject("data")
                .put("sha256", task.data().digest())
                .put("trainSamples", task.fitting().size())
                .put("validationSamples", task.validation().size())
                .put("testSamples", task.data().test().size());
        ObjectNode contract =
                root.putObject("inputContract").put("scale", task.contract().scale());
        task.contract().mean().forEach(contract.putArray("mean")::add);
        task.contract().std().forEach(contract.putArray("std")::add);
        recipe(root.putObject("recipe"), task.recipe());
        target(root.putObject("target"), task);
        versions(root.putObject("versions"));
        ObjectNode metrics = root.putObject("metrics");
        VariantResult.quality(metrics, variant);
        metrics.put("predictedP50Micros", variant.predicted().p50Micros());
        metrics.put("predictedP95Micros", variant.predicted().p95Micros());
        recovery(root, variant);
        VariantResult.encoding(root.putObject("encoding"), variant.encoding());
        VariantResult.rounds(root.putArray("rounds"), variant);
        variant.stop()
                .ifPresent(stop -> root.putObject("stopped")
                        .put("round", stop.round())
                        .put("of", stop.of())
                        .put("because", stop.because()));
        ArrayNode kept = root.putArray("keptChannels");
        variant.groups().forEach(group -> {
            ObjectNode layer = kept.addObject().put("layer", group.layer()).put("of", group.of());
            group.channels().forEach(layer.putArray("channels")::add);
        });
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain values can be written", e);
        }
    }

    private static void recovery(ObjectNode root, Variant variant) {
        if (variant.recovery() instanceof Recovery.FineTuned tuned) {
            root.putObject("training")
                    .put("importance", variant.importance())
                    .put("learningRate", tuned.learningRate())
                    .put("lastLoss", tuned.lastLoss())
                    .put("teacherShare", tuned.teacherShare())
                    .put("exportMaxDifference", tuned.exportDifference());
        } else if (variant.recovery() instanceof Recovery.Fitted fitted) {
            ArrayNode layers = root.putObject("fitting")
                    .put("importance", variant.importance())
                    .put("note", fitted.note())
                    .putArray("layers");
            fitted.layers().forEach(layer -> {
                ObjectNode node = layers.addObject().put("layer", layer.name());
                layer.untouchedBecause()
                        .ifPresentOrElse(
                                why -> node.put("untouchedBecause", why),
                                () -> node.put("rows", layer.rows())
                                        .put("errorBefore", layer.errorBefore())
                                        .put("errorAfter", layer.errorAfter()));
            });
        }
    }

    private static void recipe(ObjectNode node, Recipe recipe) {
        node.put("epochs", recipe.epochs());
        node.put("rounds", recipe.rounds());
        node.put("seed", recipe.seed());
        node.put("batchSize", recipe.batchSize());
        recipe.learningRate().ifPresent(rate -> node.put("learningRate", rate));
        node.put("importance", recipe.importance().name().toLowerCase(Locale.ROOT));
        if (recipe.importance() == Recipe.Criterion.PERCENTILE) {
            node.put("percentile", recipe.percentile());
            node.put("percentileScope", recipe.percentileScope().name().toLowerCase(Locale.ROOT));
        }
        recipe.threshold().ifPresent(value -> node.put("threshold", value));
        recipe.maxTrainSamples().ifPresent(most -> node.put("maxTrainSamples", most));
        node.put("distill", recipe.distill());
        node.put("precision", recipe.precision().name().toLowerCase(Locale.ROOT));
        node.put("sparsity", recipe.sparsity());
        recipe.mostLost().ifPresent(share -> node.put("mostLost", share));
    }

    private static void target(ObjectNode node, Task task) {
        task.target().latencyP95Micros().ifPresent(micros -> node.put("latencyP95Micros", micros));
        task.target().macs().ifPresent(macs -> node.put("macs", macs));
        task.target().memoryBytes().ifPresent(bytes -> node.put("memoryBytes", bytes));
        task.target().sizeBytes().ifPresent(bytes -> node.put("sizeBytes", bytes));
        task.target().energyMillijoules().ifPresent(energy -> node.put("energyMillijoules", energy));
        task.device().ifPresent(device -> node.put("correction", device.correction()));
    }

    private static void versions(ObjectNode node) {
        node.put("espalier", Versions.espalier());
        node.put("java", Versions.java());
    }
}
