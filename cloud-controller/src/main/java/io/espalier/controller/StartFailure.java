package io.espalier.controller;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.BindException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why the controller did not start, in words for whoever started it. */
record StartFailure(String message) {
    private static final int DEEPEST = 16;
    private static final String DATABASE_URL = "quarkus.datasource.jdbc.url";

    /** Null for what is not the operator's to mend. */
    static @Nullable StartFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new StartFailure("The controller cannot listen on port "
                        + System.getProperty("quarkus.http.port", "8787")
                        + ": another process has it. Choose another with --port N (or -Dquarkus.http.port=N).");
            }
            if (cause instanceof ConfigurationException configuration) {
                return new StartFailure(settings(configuration));
            }
        }
        return null;
    }

    private static String settings(ConfigurationException failure) {
        Set<String> problems = failure.getConfigKeys() == null ? Set.of() : failure.getConfigKeys();
        StringBuilder message = new StringBuilder("The controller's settings are not complete or not legal:");
        for (String problem : problems.isEmpty() ? Set.of(String.valueOf(failure.getMessage())) : problems) {
            message.append("\n  ").append(problem);
        }
        if (new LinkedHashSet<>(problems).contains(DATABASE_URL)) {
            message.append("\nSay where PostgreSQL is: -D" + DATABASE_URL
                    + "=jdbc:postgresql://HOST:PORT/DATABASE with -Dquarkus.datasource.username and .password");
        }
        return message.toString();
    }
}
