package io.espalier.agent.state;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** The state directory cannot be used; the message says which and what to do. */
public final class StateUnusableException extends Exception {
    StateUnusableException(String message) {
        super(message);
    }

    /** For a failure of the file system on the directory or something in it. */
    public static StateUnusableException of(Path root, IOException failure) {
        return new StateUnusableException("Cannot use state directory " + root + " (" + reason(failure)
                + "): " + whatToDo(failure)
                + ", or set state.dir to a writable folder on another disk");
    }

    private static String whatToDo(IOException failure) {
        if (DiskFull.is(failure)) {
            return "make room there";
        }
        return failure instanceof AccessDeniedException
                ? "let this user read and write there"
                : "look what is wrong with that disk";
    }

    /** The file system says only the path for some failures; their type says the rest. */
    private static String reason(IOException failure) {
        return failure.getClass() == IOException.class
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
