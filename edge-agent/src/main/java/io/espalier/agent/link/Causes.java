package io.espalier.agent.link;

/** Puts a failure into a few words for a log line. */
public final class Causes {
    private Causes() {}

    /** The innermost message, or the class where it has none. */
    public static String inShort(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; depth < 10 && innermost.getCause() != null; depth++) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null || message.isBlank() ? innermost.getClass().getSimpleName() : message;
    }
}
