package io.espalier.controller;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** Why the controller did not start, in words for whoever started it. */
record StartFailure(String message) {
    static final String USUAL_PORT = "8787";
    static final String AGENT_PORT = "quarkus.http.ssl-port";
    static final String USUAL_AGENT_PORT = "8443";
    private static final int DEEPEST = 16;
    private static final Pattern CONVERTED =
            Pattern.compile("property (\\S+) with the config value \"(.*)\" threw an Exception .* SRCFG\\d+: (.*)");
    private static final String DATABASE_URL = "quarkus.datasource.jdbc.url";

    /** {@code option} is how to choose another. */
    static StartFailure portTaken(String port, String option) {
        return new StartFailure("The controller cannot listen on port " + port
                + ": another process has it. Choose another, such as " + option + anyFreePort() + ".");
    }

    /** Null for what is not the operator's to mend. */
    static @Nullable StartFailure of(Throwable failure) {
        return of(
                failure,
                key -> Optional.ofNullable(
                        ConfigProvider.getConfig().getConfigValue(key).getValue()));
    }

    /** @param settings what is set, by its key */
    static @Nullable StartFailure of(Throwable failure, Function<String, Optional<String>> settings) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return portTaken(System.getProperty("quarkus.http.port", USUAL_PORT), "--port ");
            }
            if (cause instanceof ConfigurationException configuration) {
                return new StartFailure(complaints(configuration, settings));
            }
            if (cause instanceof ConfigValidationException invalid) {
                return new StartFailure(complaint(IntStream.range(0, invalid.getProblemCount())
                        .mapToObj(i -> plain(invalid.getProblem(i).getMessage()))
                        .toList()));
            }
        }
        return null;
    }

    private static String complaints(ConfigurationException failure, Function<String, Optional<String>> settings) {
        Set<String> keys = failure.getConfigKeys() == null ? Set.of() : failure.getConfigKeys();
        List<String> problems = keys.isEmpty()
                ? List.of(String.valueOf(failure.getMessage()))
                : keys.stream().map(key -> found(key, settings.apply(key))).toList();
        return complaint(problems)
                + (keys.contains(DATABASE_URL)
                        ? "\nStart ./espalier stack first, or say where PostgreSQL is: -D" + DATABASE_URL
                                + "=jdbc:postgresql://HOST:PORT/DATABASE with -Dquarkus.datasource.username, and the password in"
                                + " the environment: QUARKUS_DATASOURCE_PASSWORD"
                        : "");
    }

    private static String complaint(List<String> problems) {
        return "The controller's settings are not complete or not legal:\n  " + String.join("\n  ", problems);
    }

    private static String found(String key, Optional<String> value) {
        return value.map(set -> key + "=" + set + " is not legal").orElse(key + " is missing");
    }

    private static String plain(String problem) {
        Matcher converted = CONVERTED.matcher(problem);
        return converted.find()
                ? converted.group(1) + "=" + converted.group(2) + ": " + converted.group(3)
                : problem.replaceAll("SRCFG\\d+: ", "");
    }

    private static int anyFreePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0; // Which takes any free one, too.
        }
    }
}
