package io.espalier.agent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks settings up, remembers which keys exist, and collects what is wrong instead of stopping at the first. */
final class Settings {
    private static final String ENVIRONMENT_PREFIX = "ESPALIER_AGENT_";
    private static final int LARGEST_TYPO = 3;
    /** A file with more keys that no agent knows was not written for one. */
    private static final int MOST_UNKNOWN = 5;

    private final Properties properties;
    private final Map<String, String> environment;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    Settings(Properties properties, Map<String, String> environment) {
        this.properties = properties;
        this.environment = environment;
    }

    /** The parsed value, or {@code placeholder} after noting a problem. */
    <T> T required(String key, Function<String, T> parse, T placeholder, String hint) {
        if (find(key) == null) {
            problems.add(key + " is missing: set it in the file or as " + variable(key) + ", " + hint);
            return placeholder;
        }
        return parsed(key, placeholder, parse, hint);
    }

    /** Notes that the first is missing where none of them is set at all. */
    void requireAny(String hint, String... keys) {
        if (Stream.of(keys).allMatch(key -> find(key) == null)) {
            problems.add(keys[0] + " is missing: set it in the file or as " + variable(keys[0]) + " to " + hint);
        }
    }

    <T> Optional<T> optional(String key, Function<String, T> parse) {
        String value = find(key);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(value));
        } catch (RuntimeException e) {
            problems.add(key + "=" + value + " is not usable: " + e.getMessage());
            return Optional.empty();
        }
    }

    <T> T parsed(String key, T byDefault, Function<String, T> parse, String hint) {
        String value = find(key);
        if (value == null) {
            return byDefault;
        }
        try {
            return parse.apply(value);
        } catch (RuntimeException e) {
            problems.add(key + "=" + value + " is not usable (" + e.getMessage() + "): expected " + hint);
            return byDefault;
        }
    }

    long number(String key, long byDefault, long least, long most) {
        return parsed(
                key,
                byDefault,
                value -> {
                    if (!value.matches("-?[0-9]{1,18}")) {
                        throw new IllegalArgumentException("it is not a whole number");
                    }
                    long number = Long.parseLong(value);
                    if (number < least || number > most) {
                        throw new IllegalArgumentException("it is out of range");
                    }
                    return number;
                },
                "a whole number from " + least + " to " + most);
    }

    void throwIfAnythingIsWrong() throws ConfigException {
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(known);
        int shown = unknown.size() == MOST_UNKNOWN + 1 ? unknown.size() : MOST_UNKNOWN;
        unknown.stream()
                .limit(shown)
                .forEach(key -> problems.add(key + " is not a setting of the agent" + maybe(key, known)));
        if (unknown.size() > shown) {
            problems.add("Nor are " + (unknown.size() - shown) + " more: is this the agent's file?");
        }
        Set<String> variables = new TreeSet<>();
        known.forEach(key -> variables.add(variable(key)));
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !variables.contains(name)) {
                problems.add("The environment's " + name + " is not a setting of the agent" + maybe(name, variables));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private @Nullable String find(String key) {
        known.add(key);
        String value = environment.get(variable(key));
        if (value == null) {
            value = properties.getProperty(key);
        }
        return value == null || value.isBlank() ? null : value.trim();
    }

    private static String variable(String key) {
        return ENVIRONMENT_PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String maybe(String typed, Set<String> legal) {
        String best = "";
        int bestDistance = LARGEST_TYPO + 1;
        for (String key : legal) {
            int distance = distance(typed, key);
            if (distance < bestDistance) {
                best = key;
                bestDistance = distance;
            }
        }
        return best.isEmpty() ? ": remove it" : ". Maybe you meant " + best + "?";
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
