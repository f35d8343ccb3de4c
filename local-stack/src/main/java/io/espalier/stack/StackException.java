package io.espalier.stack;

/** The stack cannot start or run; the message says why and what to do, and is meant to be shown as it is. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Who has to act decides the exit code of {@link StackMain}. */
    enum Kind {
        /** A server failed. */
        FAILED(1),
        /** Options or ports. */
        BAD_CONFIGURATION(2),
        /** The data directory cannot be used. */
        DIRECTORY_UNUSABLE(4);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    StackException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    StackException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
