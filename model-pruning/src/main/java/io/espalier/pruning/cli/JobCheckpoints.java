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
import java.util.stream.Stream;

/**
 * Keeps the rounds of a job in its folder: first the network under a name of its own, then the state that names it. A
 * kill in between leaves the former state, whose network is still there. Whoever starts the job again must leave files of
 * these names where they are.
 */
final class JobCheckpoints implements Checkpoints {
    static final String NAME_START = "checkpoint";
    static final String STATE = NAME_START + ".json";
    private static final String NETWORK = NAME_START + "-%s.onnx";
    /** In what is told of the last round: the network that it cut. */
    private static final String FROM = "from";

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
        JsonNode last = state.get().path("last");
        Optional<byte[]> from = network(last.path(FROM));
        if (!last.isObject() || last.has(FROM) && from.isEmpty()) {
            return Optional.empty();
        }
        return network(state.get().path("network"))
                .map(onnx -> new Checkpoint(
                        onnx, survivors(state.get()), rounds(state.get()), LastRoundJson.read(last, from)));
    }

    /** Empty where none is named, or the one that is named is gone or damaged. */
    private Optional<byte[]> network(JsonNode digest) {
        return digest.isMissingNode()
                ? Optional.empty()
                : folder.read(NETWORK.formatted(digest.asText()))
                        .filter(onnx -> Sha256.of(onnx).hex().equals(digest.asText()));
    }

    @Override
    public void keep(Task task, Checkpoint checkpoint) {
        List<String> former = state(folder).map(JobCheckpoints::networks).orElse(List.of());
        String digest = keep(checkpoint.onnx());
        Optional<String> from = checkpoint.last().from().map(this::keep);
        folder.write(STATE, bytes(task, digest, from, checkpoint));
        former.stream()
                .filter(name -> !name.equals(digest) && !name.equals(from.orElse("")))
                .forEach(name -> folder.remove(NETWORK.formatted(name)));
    }

    private String keep(byte[] onnx) {
        String digest = Sha256.of(onnx).hex();
        folder.write(NETWORK.formatted(digest), onnx);
        return digest;
    }

    /** Those that a state names. */
    private static List<String> networks(JsonNode state) {
        return Stream.of(state.path("network"), state.path("last").path(FROM))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }

    /** Whether an earlier run left any. */
    static boolean areIn(JobFolder folder) {
        return state(folder).isPresent();
    }

    /** Once the result is written: until then it may have to be made again. */
    static void clear(JobFolder folder) {
        List<String> former = state(folder).map(JobCheckpoints::networks).orElse(List.of());
        folder.remove(STATE);
        former.forEach(name -> folder.remove(NETWORK.formatted(name)));
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

    private byte[] bytes(Task task, String digest, Optional<String> from, Checkpoint checkpoint) {
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
            write(each, round.cost());
            round.before()
                    .ifPresent(tried -> each.putObject("before")
                            .put("contender", tried.contender())
                            .put("trainedScore", tried.trainedScore()));
        });
        ObjectNode last = root.putObject("last");
        from.ifPresent(name -> last.put(FROM, name));
        LastRoundJson.write(last, checkpoint.last());
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain values can be written", e);
        }
    }

    static void write(ObjectNode into, Cost cost) {
        into.put("p50Micros", cost.p50Micros())
                .put("p95Micros", cost.p95Micros())
                .put("sizeBytes", cost.sizeBytes())
                .put("peakMemoryBytes", cost.peakMemoryBytes())
                .put("macs", cost.macs())
                .put("parameters", cost.parameters());
        cost.energyMillijoules().ifPresent(energy -> into.put("energyMillijoules", energy));
    }

    static Cost cost(JsonNode node) {
        return new Cost(
                node.path("p50Micros").asDouble(),
                node.path("p95Micros").asDouble(),
                node.has("energyMillijoules")
                        ? OptionalDouble.of(node.path("energyMillijoules").asDouble())
                        : OptionalDouble.empty(),
                node.path("sizeBytes").asLong(),
                node.path("peakMemoryBytes").asLong(),
                node.path("macs").asLong(),
                node.path("parameters").asLong());
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
                    cost(each),
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
