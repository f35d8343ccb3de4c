package io.espalier.agent.config;

import java.util.List;

/** Everything that is wrong with the configuration, at once. */
public final class ConfigException extends Exception {
    private final List<String> problems;

    ConfigException(List<String> problems) {
        super("Cannot start, " + problems.size() + " problem" + (problems.size() == 1 ? "" : "s")
                + " in the configuration:\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
