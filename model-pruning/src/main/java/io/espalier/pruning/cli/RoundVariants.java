package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variants of a job's earlier rounds, in its folder: each with all files that the last one has, under names of its round,
 * and a {@code round-N.json} of the form of {@code result.json}. They outlive a run that was stopped, as its checkpoint does;
 * whoever starts the job again must leave them where they are.
 */
final class RoundVariants {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JobFolder folder;
    private final Task task;

    RoundVariants(JobFolder folder, Task task) {
        this.folder = folder;
        this.task = task;
    }

    /** Keeps the variant of a round, whole or not at all. */
    void keep(Variant variant) {
        String prefix = prefix(variant.rounds().size());
        ObjectNode told = VariantResult.json(task, variant);
        told.withObject("/variant").put("file", prefix + VariantResult.MODEL);
        told.putObject("files")
                .put("golden", prefix + VariantResult.GOLDEN)
                .put("provenance", prefix + VariantResult.PROVENANCE);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(prefix + VariantResult.MODEL, variant.onnx());
        files.put(prefix + VariantResult.GOLDEN, variant.golden());
        files.put(prefix + VariantResult.PROVENANCE, Provenance.of(task, variant));
        folder.write(files);
        folder.write(description(variant.rounds().size()), bytes(told));
    }

    /** What is told of the variants of all rounds before the last, the earliest first. */
    List<JsonNode> before(Variant last) {
        List<JsonNode> told = new ArrayList<>();
        for (int round = 1; round < last.rounds().size(); round++) {
            Optional<byte[]> kept = folder.read(description(round));
            if (kept.isPresent()) {
                told.add(read(kept.get()));
            }
        }
        return told;
    }

    /** Before a job that does not go on behind a checkpoint: what is there then is of another one. */
    static void removeFrom(JobFolder folder) {
        for (int round = 1; round < Recipe.MOST_ROUNDS; round++) {
            folder.remove(description(round));
            folder.remove(prefix(round) + VariantResult.MODEL);
            folder.remove(prefix(round) + VariantResult.GOLDEN);
            folder.remove(prefix(round) + VariantResult.PROVENANCE);
        }
    }

    private static String prefix(int round) {
        return "round-" + round + "-";
    }

    private static String description(int round) {
        return "round-" + round + ".json";
    }

    private static byte[] bytes(JsonNode told) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(told);
        } catch (IOException e) {
            throw new UncheckedIOException("A tree of plain values can be written", e);
        }
    }

    private static JsonNode read(byte[] kept) {
        try {
            return JSON.readTree(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "What was kept of an earlier round cannot be read: empty the job's folder", e);
        }
    }
}
