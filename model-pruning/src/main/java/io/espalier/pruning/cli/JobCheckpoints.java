package io.espalier.pruning.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Checkpoints;
import io.espalier.pruning.campaign.Survivors;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.report.Versions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Keeps the rounds of a job in its folder: first the network under a name of its own, then the state that names it. A
 * kill in between leaves the former state, whose network is still there. Whoever starts the job again must leave files of
 * these names where they are.
 */
final class JobCheckpoints implements Checkpoints {
    static final String NAME_START = "checkpoint";
    static final String STATE = NAME_START + ".json";
    private static final String NETWORK = NAME_START + "-%s.onnx";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JobFolder folder;
    private final int threads;

    /** @param threads that train: sums are split among them, so with another number a round comes to other bits */
    JobCheckpoints(JobFolder folder, int threads) {
        this.folder = folder;
        this.threads = threads;
    }

    @Override
    public Optional<Checkpoint> latest(Task task) {
        Optional<JsonNode> state = state(folder);
        if (state.isEmpty()
                || !state.get().path("version").asText().equals(Versions.espalier())
                || state.get().path("threads").asInt() != threads
                || !state.get().path("task").asText().equals(task.fingerprint().hex())) {
            return Optional.empty();
        }
        String digest = state.get().path("network").asText();
        return folder.read(NETWORK.formatted(digest))
                .filter(onnx -> Sha256.of(onnx).hex().equals(digest))
                .map(onnx -> new Checkpoint(onnx, survivors(state.get()), rounds(state.get())));
    }

    @Override
    public void keep(Task task, Checkpoint checkpoint) {
        Optional<String> former =
                state(folder).map(state -> state.path("network").asText());
        String digest = Sha256.of(checkpoint.onnx()).hex();
        folder.write(NETWORK.formatted(digest), checkpoint.onnx());
        folder.write(STATE, bytes(task, digest, checkpoint));
        former.filter(name -> !name.equals(digest)).ifPresent(name -> folder.remove(NETWORK.formatted(name)));
    }

    /** Once the result is written: until then it may have to be made again. */
    static void clear(JobFolder folder) {
        Optional<String> former =
                state(folder).map(state -> state.path("network").asText());
        folder.remove(STATE);
        former.ifPresent(name -> folder.remove(NETWORK.formatted(name)));
    }

    /** What cannot be read, or was written by another version, is begun anew. */
    private static Optional<JsonNode> state(JobFolder folder) {
        return folder.read(STATE).flatMap(bytes -> {
            try {
                return Optional.of(JSON.readTree(bytes)).filter(JsonNode::isObject);
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    private byte[] bytes(Task task, String digest, Checkpoint checkpoint) {
        ObjectNode root = JSON.createObjectNode()
                .put("version", Versions.espalier())
                .put("threads", threads)
                .put("task", task.fingerprint().hex())
                .put("network", digest);
        ObjectNode survivors = root.putObject("survivors");
        checkpoint.survivors().positions().forEach((layer, positions) -> {
            ArrayNode left = survivors.putArray(layer);
            positions.forEach(left::add);
        });
        ArrayNode rounds = root.putArray("rounds");
        checkpoint.rounds().forEach(round -> {
            ObjectNode each = rounds.addObject()
                    .put("number", round.number())
                    .put("epochs", round.epochs())
                    .put("chosen", round.chosen())
                    .put("cutScore", round.cutScore())
                    .put("trainedScore", round.trainedScore());
            Cost cost = round.cost();
            each.put("p50Micros", cost.p50Micros())
                    .put("p95Micros", cost.p95Micros())
                    .put("sizeBytes", cost.sizeBytes())
                    .put("peakMemoryBytes", cost.peakMemoryBytes())
                    .put("macs", cost.macs())
                    .put("parameters", cost.parameters());
            cost.energyMillijoules().ifPresent(energy -> each.put("energyMillijoules", energy));
            round.before()
                    .ifPresent(tried -> each.putObject("before")
                            .put("contender", tried.contender())
                            .put("trainedScore", tried.trainedScore()));
        });
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain values can be written", e);
        }
    }

    private static Survivors survivors(JsonNode state) {
        Map<String, List<Integer>> positions = new HashMap<>();
        state.path("survivors").fields().forEachRemaining(layer -> {
            List<Integer> left = new ArrayList<>();
            layer.getValue().forEach(position -> left.add(position.asInt()));
            positions.put(layer.getKey(), List.copyOf(left));
        });
        return new Survivors(positions);
    }

    private static List<Variant.Round> rounds(JsonNode state) {
        List<Variant.Round> rounds = new ArrayList<>();
        for (JsonNode each : state.path("rounds")) {
            rounds.add(new Variant.Round(
                    each.path("number").asInt(),
                    each.path("epochs").asInt(),
                    each.path("chosen").asText(),
                    new Cost(
                            each.path("p50Micros").asDouble(),
                            each.path("p95Micros").asDouble(),
                            each.has("energyMillijoules")
                                    ? OptionalDouble.of(
                                            each.path("energyMillijoules").asDouble())
                                    : OptionalDouble.empty(),
                            each.path("sizeBytes").asLong(),
                            each.path("peakMemoryBytes").asLong(),
                            each.path("macs").asLong(),
                            each.path("parameters").asLong()),
                    each.path("cutScore").asDouble(),
                    each.path("trainedScore").asDouble(),
                    before(each)));
        }
        return rounds;
    }

    private static Optional<Variant.Round.Tried> before(JsonNode round) {
        return round.has("before")
                ? Optional.of(new Variant.Round.Tried(
                        round.at("/before/contender").asText(),
                        round.at("/before/trainedScore").asDouble()))
                : Optional.empty();
    }
}
