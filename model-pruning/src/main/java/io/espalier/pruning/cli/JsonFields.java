package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the fields of one JSON object strictly: what is wrong is collected, not thrown, so that one run names it all.
 * A field that is absent or null is empty; one of the wrong type is a problem and empty.
 */
final class JsonFields {
    private final JsonNode node;
    private final String path;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    JsonFields(JsonNode node, String path, List<String> problems) {
        this.path = path;
        this.problems = problems;
        if (node.isObject()) {
            this.node = node;
        } else {
            problems.add((path.isEmpty() ? "The file" : path) + " must be an object, is " + brief(node));
            this.node = MissingNode.getInstance();
        }
    }

    Optional<JsonFields> object(String name) {
        return present(name).map(value -> new JsonFields(value, at(name), problems));
    }

    Optional<List<JsonFields>> objects(String name) {
        return array(name, (value, at) -> new JsonFields(value, at, problems));
    }

    Optional<String> text(String name) {
        return typed(name, JsonNode::isTextual, "a text", JsonNode::asText);
    }

    Optional<Path> path(String name) {
        Optional<String> text = text(name);
        try {
            return text.map(Path::of);
        } catch (InvalidPathException e) {
            wrong(name, "is no path on this system: " + e.getReason());
            return Optional.empty();
        }
    }

    Optional<Boolean> flag(String name) {
        return typed(name, JsonNode::isBoolean, "true or false", JsonNode::asBoolean);
    }

    /** A finite number. */
    Optional<Double> number(String name) {
        return typed(name, JsonFields::isFinite, "a number", JsonNode::asDouble);
    }

    Optional<Long> wholeNumber(String name, long atLeast, long atMost) {
        Optional<Long> value = typed(
                name,
                n -> n.isNumber() && n.canConvertToExactIntegral() && n.canConvertToLong(),
                "a whole number",
                JsonNode::asLong);
        if (value.isPresent() && (value.get() < atLeast || value.get() > atMost)) {
            wrong(name, "must be from " + atLeast + " to " + atMost + ", is " + value.get());
            return Optional.empty();
        }
        return value;
    }

    Optional<Double> positive(String name) {
        Optional<Double> value = number(name);
        if (value.isPresent() && !(value.get() > 0)) {
            wrong(name, "must be greater than 0, is " + value.get());
            return Optional.empty();
        }
        return value;
    }

    /** Finite numbers. */
    Optional<List<Double>> numbers(String name) {
        return array(name, (value, at) -> {
            if (!isFinite(value)) {
                problems.add(at + " must be a number, is " + brief(value));
                return 1.0;
            }
            return value.asDouble();
        });
    }

    Optional<List<String>> texts(String name) {
        return array(name, (value, at) -> {
            if (!value.isTextual()) {
                problems.add(at + " must be a text, is " + brief(value));
            }
            return value.asText();
        });
    }

    <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<String> legal = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT);
            if (word.equals(text.get())) {
                return Optional.of(constant);
            }
            legal.add(word);
        }
        wrong(
                name,
                "must be one of " + String.join(", ", legal) + ", is \"" + text.get() + "\"" + hint(text.get(), legal));
        return Optional.empty();
    }

    /** To be called once every field has been asked for. */
    void rejectUnknown() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problems.add(at(name) + " is unknown" + hint(name, known));
            }
        });
    }

    void wrong(String name, String what) {
        problems.add(at(name) + " " + what);
    }

    /** A problem of the object as a whole. */
    void wrong(String what) {
        problems.add(path.isEmpty() ? what : path + ": " + what);
    }

    private static boolean isFinite(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.asDouble());
    }

    private <T> Optional<T> typed(
            String name, Function<JsonNode, Boolean> right, String type, Function<JsonNode, T> read) {
        Optional<JsonNode> value = present(name);
        if (value.isPresent() && !right.apply(value.get())) {
            wrong(name, "must be " + type + ", is " + brief(value.get()));
            return Optional.empty();
        }
        return value.map(read);
    }

    private interface Element<T> {
        T read(JsonNode value, String at);
    }

    private <T> Optional<List<T>> array(String name, Element<T> element) {
        Optional<JsonNode> value = present(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isArray()) {
            wrong(name, "must be a list, is " + brief(value.get()));
            return Optional.empty();
        }
        List<T> elements = new ArrayList<>();
        for (JsonNode each : value.get()) {
            elements.add(element.read(each, at(name) + "[" + elements.size() + "]"));
        }
        return Optional.of(elements);
    }

    private Optional<JsonNode> present(String name) {
        known.add(name);
        JsonNode value = node.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private static String hint(String given, Iterable<String> legal) {
        List<String> near = new ArrayList<>();
        legal.forEach(word -> {
            if (distance(given.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT)) <= 1 + word.length() / 4) {
                near.add(word);
            }
        });
        return near.stream()
                .min(Comparator.comparingInt(word -> distance(given, word)))
                .map(word -> ". Maybe \"" + word + "\"?")
                .orElse("");
    }

    /** Edit distance of Levenshtein. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
