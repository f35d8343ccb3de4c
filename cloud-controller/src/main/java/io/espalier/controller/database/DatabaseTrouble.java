package io.espalier.controller.database;

/** Says what went wrong with the database, for a sentence in the log that goes on behind it. */
public final class DatabaseTrouble {
    private static final int DEEPEST = 16;

    private DatabaseTrouble() {}

    /** The first line of what the innermost cause says, without a full stop; the name of its class where it says nothing. */
    public static String inWords(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
            root = root.getCause();
        }
        String message = root.getMessage();
        String first =
                message == null ? "" : message.lines().findFirst().orElse("").strip();
        return first.isEmpty() ? root.getClass().getSimpleName() : first.replaceFirst("\\.+$", "");
    }
}
