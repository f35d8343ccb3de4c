package io.espalier.controller.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Says what went wrong in work on the database, for a sentence in the log that goes on behind it. */
public final class DatabaseTrouble {
    private static final int DEEPEST = 16;

    private DatabaseTrouble() {}

    /**
     * The first line of what is said, without a full stop; a class's name where nothing is. Of the database's failures the innermost
     * cause says it, for those around it name classes and statements; others are told in the words of whoever threw them.
     */
    public static String inWords(Throwable failure) {
        List<Throwable> causes = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST)
                .toList();
        Throwable telling =
                causes.stream().anyMatch(SQLException.class::isInstance) ? causes.get(causes.size() - 1) : failure;
        String message = telling.getMessage();
        String first =
                message == null ? "" : message.lines().findFirst().orElse("").strip();
        return first.isEmpty() ? telling.getClass().getSimpleName() : first.replaceFirst("\\.+$", "");
    }
}
