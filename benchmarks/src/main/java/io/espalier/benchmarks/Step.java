package io.espalier.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A piece of work that is done in a JVM of its own.
 *
 * @param name unique in its benchmark; lower-case letters, digits, dots and dashes
 */
public record Step(String name, Work work) {
    public Step {
        if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new IllegalArgumentException(
                    "A step is called \"" + name + "\": only lower-case letters, digits, dots and dashes");
        }
    }

    /** What a step does; the result is kept as JSON. */
    @FunctionalInterface
    public interface Work {
        ObjectNode run(Workplace place) throws Exception;
    }
}
