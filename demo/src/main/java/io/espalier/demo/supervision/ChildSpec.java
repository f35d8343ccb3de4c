package io.espalier.demo.supervision;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One process to keep running.
 *
 * @param name shown to people and used for the log file, for instance {@code controller}
 * @param command program and arguments
 * @param environment added to the supervisor's own
 * @param log where its output goes; kept under a bound
 * @param readiness how it says that it is ready
 * @param startLimit how long it may take until then
 * @param stopLimit how long it may take to stop when asked, before it is killed
 */
public record ChildSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path log,
        Readiness readiness,
        Duration startLimit,
        Duration stopLimit) {
    public ChildSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (name.isBlank() || command.isEmpty()) {
            throw new IllegalArgumentException("A child needs a name and a command, got '" + name + "' " + command);
        }
    }
}
