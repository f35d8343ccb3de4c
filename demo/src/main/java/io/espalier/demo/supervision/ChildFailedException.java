package io.espalier.demo.supervision;

import java.nio.file.Path;
import java.util.List;

/** A child did not become ready or died too often. The message holds the end of its log and where the rest is. */
public final class ChildFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChildFailedException(String what, List<String> tail, Path log) {
        super(what + "\n  " + String.join("\n  ", tail.isEmpty() ? List.of("(it printed nothing)") : tail)
                + "\n  The whole log: " + log);
    }
}
