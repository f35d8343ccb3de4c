package io.espalier.controller;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
                        + ": another process has it. Choose another, such as --port " + anyFreePort() + ".");
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
            message.append("\nStart ./espalier stack first, or say where PostgreSQL is: -D" + DATABASE_URL
                    + "=jdbc:postgresql://HOST:PORT/DATABASE with -Dquarkus.datasource.username and .password");
        }
        return message.toString();
    }

    private static int anyFreePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0; // Which takes any free one, too.
        }
    }
}
