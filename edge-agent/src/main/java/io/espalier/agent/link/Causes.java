package io.espalier.agent.link;

import java.net.ConnectException;
import java.net.UnknownHostException;

/** Puts a failure into a few words for a log line. */
public final class Causes {
    private static final int DEEPEST = 10;

    private Causes() {}

    /** The innermost message that says something, or the class where none does. */
    public static String inShort(Throwable failure) {
        String found = failure.getClass().getSimpleName();
        Throwable cause = failure;
        for (int depth = 0; depth < DEEPEST && cause != null; depth++) {
            String message = cause.getMessage();
            if (cause instanceof UnknownHostException) {
                return "no such host: " + message;
            } else if (cause instanceof ConnectException && (message == null || message.isBlank())) {
                return "connection refused";
            } else if (message != null && !message.isBlank()) {
                found = message;
            }
            cause = cause.getCause();
        }
        return found;
    }
}
