package io.espalier.pruning.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the JSON that Keras 2 describes a network with, and refuses what cannot be brought over with all the names at once. */
final class NetworkConfig {
    private static final int MOST_LAYERS = 5000;
    private static final int LARGEST_INPUT = 1 << 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    private NetworkConfig() {}

    static KerasNetwork read(String text, Optional<String> version) {
        version.filter(each -> !each.startsWith("2.")).ifPresent(each -> {
            throw new KerasException("The file was written by Keras " + each + "; files of Keras 2 are read. Export the"
                    + " model to ONNX instead (tf2onnx, or model.export(\"model.onnx\", format=\"onnx\")).");
        });
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new KerasException("The file's description of its network is not JSON: " + e.getOriginalMessage(), e);
        }
        return switch (root.path("class_name").asText()) {
            case "Functional", "Model" -> functional(root.path("config"));
            case "Sequential" -> sequential(root.path("config"));
            default ->
                throw new KerasException(
                        "The network is a " + root.path("class_name")
                                + "; Functional and Sequential ones are read, since only they say how their layers are joined.");
        };
    }

    private static KerasNetwork functional(JsonNode config) {
        List<KerasLayer> layers = new ArrayList<>();
        for (JsonNode each : layerNodes(config.path("layers"))) {
            String name =
                    each.path("name").asText(each.path("config").path("name").asText());
            layers.add(new KerasLayer(
                    each.path("class_name").asText(),
                    name,
                    each.path("config"),
                    inputs(name, each.path("inbound_nodes"))));
        }
        requireKnown(layers);
        String input = only(config.path("input_layers"), "input");
        String output = only(config.path("output_layers"), "output");
        List<KerasLayer> ordered = ordered(layers, input, output);
        return new KerasNetwork(config.path("name").asText("model"), inputDims(ordered.get(0)), ordered, output);
    }

    private static KerasNetwork sequential(JsonNode config) {
        JsonNode given = config.isArray() ? config : config.path("layers");
        List<KerasLayer> layers = new ArrayList<>();
        String previous = "";
        for (JsonNode each : layerNodes(given)) {
            JsonNode own = each.path("config");
            String name = own.path("name").asText();
            if (previous.isEmpty() && !each.path("class_name").asText().equals("InputLayer")) {
                JsonNode shape =
                        own.has("batch_input_shape") ? own.path("batch_input_shape") : config.path("build_input_shape");
                ObjectNode input = JSON.createObjectNode().put("name", "input");
                input.set("batch_input_shape", shape);
                layers.add(new KerasLayer("InputLayer", "input", input, List.of()));
                previous = "input";
            }
            layers.add(new KerasLayer(
                    each.path("class_name").asText(), name, own, previous.isEmpty() ? List.of() : List.of(previous)));
            previous = name;
        }
        requireKnown(layers);
        requireNames(layers);
        return new KerasNetwork(config.path("name").asText("model"), inputDims(layers.get(0)), layers, previous);
    }

    private static JsonNode layerNodes(JsonNode layers) {
        if (!layers.isArray() || layers.isEmpty()) {
            throw new KerasException("The file's description of its network names no layers.");
        }
        if (layers.size() > MOST_LAYERS) {
            throw new KerasException(
                    "The network has " + layers.size() + " layers; at most " + MOST_LAYERS + " are read.");
        }
        return layers;
    }

    private static List<String> inputs(String layer, JsonNode inbound) {
        if (inbound.size() > 1) {
            throw new KerasException("Layer '" + layer + "' is used " + inbound.size()
                    + " times with the same weights, which is not supported. Give each use a layer of its own.");
        }
        if (inbound.path(0).isObject()) {
            throw new KerasException(
                    "The file describes its layers as Keras 3 does; files of Keras 2 are read. Export the"
                            + " model to ONNX instead (model.export(\"model.onnx\", format=\"onnx\")).");
        }
        List<String> inputs = new ArrayList<>();
        for (JsonNode each : inbound.path(0)) {
            boolean onlyOutput = each.path(1).isInt()
                    && each.path(1).asInt() == 0
                    && each.path(2).asInt() == 0;
            if (!each.path(0).isTextual() || !onlyOutput) {
                throw new KerasException(
                        "Layer '" + layer + "' reads " + each + ", which is not simply another layer's only output.");
            }
            inputs.add(each.path(0).asText());
        }
        return inputs;
    }

    private static String only(JsonNode ends, String what) {
        if (ends.size() != 1 || !ends.path(0).path(0).isTextual()) {
            throw new KerasException(
                    "The network has " + ends.size() + " " + what + "s; networks with exactly one are read.");
        }
        return ends.path(0).path(0).asText();
    }

    private static void requireKnown(List<KerasLayer> layers) {
        List<KerasLayer> unknown = layers.stream()
                .filter(each -> !Layers.KNOWN.contains(each.type()))
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        String named = unknown.stream()
                .limit(10)
                .map(each -> "'" + each.name() + "' (" + (each.type().isEmpty() ? "of no type" : each.type()) + ")")
                .collect(Collectors.joining(", "));
        throw new KerasException(
                "Not known: " + named + (unknown.size() > 10 ? " and " + (unknown.size() - 10) + " more" : "")
                        + ". Layers that are read: " + String.join(", ", new TreeSet<>(Layers.KNOWN))
                        + ". Export the model to ONNX with tf2onnx instead.");
    }

    private static void requireNames(List<KerasLayer> layers) {
        Set<String> names = new HashSet<>();
        for (KerasLayer each : layers) {
            if (each.name().isEmpty() || !names.add(each.name())) {
                throw new KerasException("Two layers are named '" + each.name() + "', or one has no name.");
            }
        }
    }

    /** The layers that the output needs, each after what it reads. */
    private static List<KerasLayer> ordered(List<KerasLayer> layers, String input, String output) {
        requireNames(layers);
        Map<String, KerasLayer> byName = new LinkedHashMap<>();
        layers.forEach(each -> byName.put(each.name(), each));
        Set<String> needed = new HashSet<>();
        List<String> open = new ArrayList<>(List.of(output));
        while (!open.isEmpty()) {
            String name = open.remove(open.size() - 1);
            KerasLayer layer = byName.get(name);
            if (layer == null) {
                throw new KerasException("Layer '" + name + "' is read by another one but is not there.");
            }
            if (needed.add(name)) {
                open.addAll(layer.inputs());
                if (layer.is("InputLayer") != layer.inputs().isEmpty()
                        || layer.is("InputLayer") && !name.equals(input)) {
                    throw layer.wrong("is joined to nothing, or is a second input");
                }
            }
        }
        List<KerasLayer> ordered = new ArrayList<>();
        Set<String> done = new HashSet<>();
        while (ordered.size() < needed.size()) {
            int before = ordered.size();
            for (KerasLayer each : layers) {
                if (needed.contains(each.name()) && !done.contains(each.name()) && done.containsAll(each.inputs())) {
                    ordered.add(each);
                    done.add(each.name());
                }
            }
            if (ordered.size() == before) {
                throw new KerasException("The network's layers read each other in a circle.");
            }
        }
        return ordered;
    }

    private static List<Integer> inputDims(KerasLayer input) {
        JsonNode shape = input.config().path("batch_input_shape");
        List<Integer> dims = new ArrayList<>();
        long product = 1;
        for (int i = 1; i < shape.size(); i++) {
            int dim = shape.get(i).asInt(0);
            if (dim < 1) {
                throw new KerasException("The input has the shape " + shape
                        + ": all but the batch must be numbers. Build the model with a fixed input shape.");
            }
            product *= dim;
            dims.add(dim);
            if (product > LARGEST_INPUT) {
                throw new KerasException(
                        "The input has the shape " + shape + ", more than " + LARGEST_INPUT + " values.");
            }
        }
        if (dims.size() != 1 && dims.size() != 3) {
            throw new KerasException("The input has the shape " + shape
                    + "; images ([batch, height, width, channels]) and" + " vectors ([batch, features]) are read.");
        }
        return dims;
    }
}
